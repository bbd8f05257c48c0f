/**
 * Campaigns as they count, complete and give. It is long because each measure, window, limit and target has its table.
 */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { progressOf } from './progress.js';
import { arriving, event, giveBack, given, line, programOf, purchase, type Reported, Scenario } from './scenario.js';

const TAGS = [{ tag: { add: 'done' } }];
const campaign = (all: object[], more: object = {}) => ({
  id: 'c',
  kind: 'promotion',
  behavior: { all },
  outcomes: TAGS,
  ...more,
});
const program = (all: object[], more: object = {}) => programOf({ campaigns: [campaign(all, more)] });
const buy = (id: string, day: string, what: number | object = 1000) =>
  purchase(id, day.length > 10 ? day : `${day}T12:00:00Z`, what);

/** What each report did to the campaign: `c` completed, a number: have of the first rule, `-` nothing. */
function course(scenario: Scenario, ...reports: Reported[]): string {
  return reports.map((reported) => moved(scenario.report(reported))).join(' ');
}

function moved(outcomes: readonly Outcome[]): string {
  for (const outcome of outcomes) {
    if (outcome.type === 'behavior.completed') return 'c';
    if (outcome.type === 'behavior.progressed') return outcome.data.rules.map(({ have }) => have).join('/');
  }
  return '-';
}

t.test('times: the last of so many completes; progress is told on the way', (t) => {
  given(program([{ event: 'purchase', times: 3 }]), buy('a', '2026-03-01'))
    .when(buy('b', '2026-03-02'))
    .gives(t, [['behavior.progressed', { campaignId: 'c', rules: [{ rule: '1', have: 2, need: 3, resetsAt: null }] }]]);
  given(program([{ event: 'purchase', times: 3 }]), buy('a', '2026-03-01'), buy('b', '2026-03-02'))
    .when(buy('c', '2026-03-03'))
    .gives(t, [
      ['behavior.completed', { campaignId: 'c', completions: 1, lostTo: undefined }],
      ['tag.added', { tag: 'done' }],
    ]);
  t.end();
});

t.test('at completion all matches are spent and it starts anew', (t) => {
  t.equal(
    course(
      new Scenario(program([{ event: 'purchase', times: 2 }])),
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-03'),
      buy('d', '2026-03-04'),
    ),
    '1 c 1 c',
  );
  t.end();
});

t.test('a sum counts amounts; the excess is spent too, and nothing adds nothing', (t) => {
  const rules = [{ event: 'purchase', sum: { of: 'amount', atLeast: 2500 } }];
  t.equal(
    course(
      new Scenario(program(rules)),
      buy('a', '2026-03-01'),
      buy('z', '2026-03-01', 0),
      buy('b', '2026-03-02', 9000),
      buy('c', '2026-03-03'),
    ),
    '1000 - c 1000',
  );
  t.end();
});

t.test('distinct: different values, a missing one counts nowhere, of a list each element counts', (t) => {
  const rules = [{ event: 'purchase', distinct: { of: 'data.color', atLeast: 3 } }];
  const of = (id: string, color: unknown) => buy(id, '2026-03-01', { total: 1, color });
  t.equal(
    course(
      new Scenario(program(rules)),
      of('a', 'red'),
      of('b', 'red'),
      of('c', undefined),
      of('d', ['red', 'blue']),
      of('e', 1),
      of('f', '1'),
    ),
    '1 1 - 2 c 1',
  );
  t.end();
});

t.test('distinct day: local days in the store’s zone', (t) => {
  const rules = [{ event: 'purchase', distinct: { of: 'day', atLeast: 2 } }];
  const stores = [{ id: 'ny', timeZone: 'America/New_York' }];
  const at = (id: string, time: string) => purchase(id, time, { total: 1, storeId: 'ny' });
  const days = programOf({ stores, campaigns: [campaign(rules)] });
  t.equal(
    course(
      new Scenario(days),
      at('a', '2026-03-01T23:00:00Z'),
      at('b', '2026-03-02T01:00:00Z'),
      at('c', '2026-03-02T06:00:00Z'),
    ),
    '1 1 c',
  );
  t.end();
});

t.test('a rolling window is (t − d, t]', (t) => {
  const rules = [{ event: 'purchase', times: 2, within: { rolling: 'P7D' } }];
  t.equal(
    course(new Scenario(program(rules)), buy('a', '2026-03-01'), buy('b', '2026-03-08')),
    '1 1',
    'exactly d ago is outside',
  );
  t.equal(course(new Scenario(program(rules)), buy('a', '2026-03-01T12:00:00.001Z'), buy('b', '2026-03-08')), '1 c');
  given(program(rules))
    .when(buy('a', '2026-03-01'))
    .gives(t, [
      [
        'behavior.progressed',
        { rules: [{ rule: '1', have: 1, need: 2, resetsAt: Date.parse('2026-03-08T12:00:00Z') }] },
      ],
    ]);
  t.end();
});

t.test('a rolling window of months is a calendar step, the day clipped', (t) => {
  const rules = [{ event: 'purchase', times: 2, within: { rolling: 'P1M' } }];
  t.equal(course(new Scenario(program(rules)), buy('a', '2026-02-28'), buy('b', '2026-03-31')), '1 1');
  t.equal(course(new Scenario(program(rules)), buy('a', '2026-02-28T12:00:00.001Z'), buy('b', '2026-03-31')), '1 c');
  t.end();
});

t.test('a late event fills any span that contains it, also one that ends later', (t) => {
  const rules = [{ event: 'purchase', times: 3, within: { rolling: 'P7D' } }];
  const late = arriving(buy('late', '2026-03-05'), '2026-03-20T12:00:00Z');
  t.equal(course(new Scenario(program(rules)), buy('a', '2026-03-03'), buy('b', '2026-03-08'), late), '1 2 c');
  t.equal(
    course(new Scenario(program(rules)), buy('a', '2026-03-01'), buy('b', '2026-03-09'), late),
    '1 1 2',
    'no span of seven days holds all three',
  );
  t.end();
});

t.test('a calendar window is its unit, in the customer’s zone, else the program’s', (t) => {
  const rules = [{ event: 'purchase', times: 2, within: { calendar: 'month' } }];
  const london = programOf({ timeZone: 'Europe/London', campaigns: [campaign(rules)] });
  t.equal(
    course(new Scenario(london), buy('a', '2026-06-29'), buy('b', '2026-06-30T23:30:00Z'), buy('c', '2026-07-15')),
    '1 1 c',
    'London is in July by then',
  );
  const zone = event('profile.updated', 'z', '2026-06-01T00:00:00Z', { timeZone: 'America/New_York' });
  t.equal(course(new Scenario(london), zone, buy('a', '2026-06-29'), buy('b', '2026-06-30T23:30:00Z')), '- 1 c');
  given(program(rules))
    .when(buy('a', '2026-03-01'))
    .gives(t, [
      [
        'behavior.progressed',
        { rules: [{ rule: '1', have: 1, need: 2, resetsAt: Date.parse('2026-04-01T00:00:00Z') }] },
      ],
    ]);
  t.end();
});

t.test('rules of `all` complete independently, and one event may count for several', (t) => {
  const rules = [
    { rule: 'spend', event: 'purchase', where: { field: 'local.hour', lt: 12 }, sum: { of: 'amount', atLeast: 3000 } },
    { rule: 'visits', event: 'purchase', distinct: { of: 'storeId', atLeast: 2 } },
  ];
  const at = (id: string, time: string, storeId: string, total: number) => purchase(id, time, { total, storeId });
  const scenario = new Scenario(program(rules));
  t.equal(
    course(
      scenario,
      at('a', '2026-03-01T09:00:00Z', 'x', 2000),
      at('b', '2026-03-01T13:00:00Z', 'y', 9000),
      at('c', '2026-03-02T13:00:00Z', 'y', 1),
      at('d', '2026-03-02T08:00:00Z', 'y', 1000),
    ),
    '2000/1 2000/2 2000/2 c',
  );
  t.same(progressOf(scenario.state!, 'c'), {
    campaignId: 'c',
    completions: 1,
    given: [],
    rules: [],
    completed: [],
    order: 0,
    dropped: [],
    absences: [],
  });
  t.end();
});

t.test('`have` may exceed `need` while another rule is not there yet', (t) => {
  const rules = [
    { event: 'purchase', times: 1 },
    { event: 'tag.added', times: 1 },
  ];
  t.equal(
    course(
      new Scenario(program(rules)),
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      event('tag.added', 't', '2026-03-03T00:00:00Z', { tag: 'x' }),
    ),
    '1/0 2/0 c',
  );
  t.end();
});

t.test('a rule is complete only while its window holds enough at the arriving event', (t) => {
  const rules = [{ event: 'purchase', within: { calendar: 'month' } }, { event: 'tag.added' }];
  t.equal(
    course(
      new Scenario(program(rules)),
      buy('a', '2026-03-31'),
      event('tag.added', 't', '2026-04-01T00:00:00Z', { tag: 'x' }),
    ),
    '1/0 0/1',
  );
  t.end();
});

t.test('conditions on the lines', (t) => {
  const rules = [
    { event: 'purchase', where: { lines: { where: { field: 'categories', has: 'latte' }, quantity: { gte: 3 } } } },
  ];
  const latte = (quantity: number) => line('1', quantity, 450, { categories: ['latte'] });
  t.equal(
    course(
      new Scenario(program(rules)),
      buy('a', '2026-03-01', { lines: [latte(2), line('2', 1, 100)] }),
      buy('b', '2026-03-02', { lines: [latte(3)] }),
    ),
    '- c',
  );
  t.end();
});

t.test('both ends of the schedule are in it', (t) => {
  const schedule = { start: '2026-03-02T00:00:00Z', end: '2026-03-03T23:59:59Z' };
  const scenario = new Scenario(program([{ event: 'purchase' }], { schedule }));
  t.equal(
    course(
      scenario,
      buy('a', '2026-03-01T23:59:59.999Z'),
      buy('b', '2026-03-02T00:00:00Z'),
      buy('c', '2026-03-03T23:59:59Z'),
      buy('d', '2026-03-04T00:00:00Z'),
    ),
    '- c c -',
  );
  t.end();
});

t.test('the target must hold at each event that counts, not only at the last', (t) => {
  const target = { where: { field: 'customer.tags', has: 'vip' } };
  const vip = event('tag.added', 't', '2026-03-02T00:00:00Z', { tag: 'vip' });
  t.equal(
    course(
      new Scenario(program([{ event: 'purchase', times: 2 }], { target })),
      buy('a', '2026-03-01'),
      vip,
      buy('b', '2026-03-03'),
      buy('c', '2026-03-04'),
    ),
    '- - 1 c',
  );
  t.end();
});

t.test('what did not count on arrival never counts: a status that does not earn', (t) => {
  const blocking = programOf({
    statuses: [
      { id: 'good', default: true },
      { id: 'blocked', earns: false },
    ],
    campaigns: [campaign([{ event: 'purchase', times: 2 }])],
  });
  const status = (id: string, time: string, to: string) => event('status.changed', id, time, { status: to });
  t.equal(
    course(
      new Scenario(blocking),
      buy('a', '2026-03-01'),
      status('s1', '2026-03-02T00:00:00Z', 'blocked'),
      buy('b', '2026-03-03'),
      status('s2', '2026-03-04T00:00:00Z', 'good'),
      buy('c', '2026-03-05'),
    ),
    '1 - - - c',
  );
  t.end();
});

t.test('a limit without a period is for ever', (t) => {
  t.equal(
    course(
      new Scenario(program([{ event: 'purchase' }], { limits: { perCustomer: 2 } })),
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2028-03-03'),
    ),
    'c c -',
  );
  t.end();
});

t.test('a campaign at its limit neither counts nor completes until its period turns', (t) => {
  const limits = { perCustomer: 1, per: { calendar: 'month' } };
  const scenario = new Scenario(program([{ event: 'purchase', times: 2 }], { limits }));
  t.equal(
    course(
      scenario,
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-03'),
      buy('d', '2026-04-01'),
      buy('e', '2026-04-02'),
    ),
    '1 c - 1 c',
  );
  t.end();
});

t.test('the period of a limit is that of the event’s time', (t) => {
  const limits = { perCustomer: 1, per: { calendar: 'month' } };
  const scenario = new Scenario(program([{ event: 'purchase' }], { limits }));
  const late = (id: string, time: string) => arriving(buy(id, time), '2026-04-02T12:00:00Z');
  t.equal(
    course(scenario, buy('a', '2026-04-02'), late('b', '2026-03-30'), late('c', '2026-03-31'), late('d', '2026-04-01')),
    'c c - -',
  );
  t.end();
});

t.test('a rolling limit is (t − d, t]', (t) => {
  const limits = { perCustomer: 1, per: { rolling: 'P7D' } };
  t.equal(
    course(
      new Scenario(program([{ event: 'purchase' }], { limits })),
      buy('a', '2026-03-01'),
      buy('b', '2026-03-08T11:59:59Z'),
      buy('c', '2026-03-08'),
    ),
    'c - c',
  );
  t.end();
});

t.test('the base campaign says nothing of itself, and keeps its limit all the same', (t) => {
  const limits = { perCustomer: 1, per: { calendar: 'day' } };
  const base = program([{ event: 'purchase' }], {
    base: true,
    limits,
    outcomes: [{ points: { account: 'stars', fixed: 5 } }],
  });
  const scenario = given(base, buy('a', '2026-03-01T10:00:00Z')).when(buy('b', '2026-03-01T11:00:00Z')).gives(t, []);
  t.match(
    scenario.report(buy('c', '2026-03-02T10:00:00Z')).filter(({ id }) => id !== ''),
    [{ type: 'points.earned' }],
  );
  t.end();
});

t.test('campaigns are judged by priority, then in the order of the file', (t) => {
  const one = (id: string, priority: number) => ({
    ...campaign([{ event: 'purchase' }]),
    id,
    priority,
    outcomes: [{ tag: { add: id } }],
  });
  given(programOf({ campaigns: [one('late', 1), one('b', 0), one('a', 0), one('early', -1)] }))
    .when(buy('p', '2026-03-01'))
    .gives(
      t,
      ['early', 'b', 'a', 'late'].flatMap(
        (id) =>
          [
            ['behavior.completed', { campaignId: id }],
            ['tag.added', { tag: id }],
          ] as const,
      ),
    );
  t.end();
});

t.test('progress of a rule that counts something else now is dropped; of one with another need it stays', (t) => {
  const scenario = new Scenario(program([{ event: 'purchase', times: 3 }]));
  t.equal(course(scenario, buy('a', '2026-03-01'), buy('b', '2026-03-02')), '1 2');
  scenario.program = program([{ event: 'purchase', times: 5 }]);
  t.equal(course(scenario, buy('c', '2026-03-03')), '3');
  scenario.program = program([{ event: 'purchase', where: { field: 'amount', gt: 1 }, times: 5 }]);
  t.match(scenario.profile(), { behaviors: { c: { rules: { 1: { have: 0, need: 5 } } } } });
  t.equal(course(scenario, buy('d', '2026-03-04')), '1');
  t.end();
});

t.test('a return makes matches smaller, or takes them away, and is told as progress', (t) => {
  const sum = program([{ event: 'purchase', sum: { of: 'amount', atLeast: 5000 } }]);
  given(sum, buy('a', '2026-03-01', 3000))
    .when(giveBack('r', '2026-03-02T00:00:00Z', 'a', 1000))
    .gives(t, [
      ['behavior.progressed', { campaignId: 'c', rules: [{ rule: '1', have: 2000, need: 5000, resetsAt: null }] }],
    ]);
  const times = program([{ event: 'purchase', times: 3 }]);
  t.equal(
    course(
      new Scenario(times),
      buy('a', '2026-03-01', 3000),
      giveBack('r', '2026-03-02T00:00:00Z', 'a', 1000),
      giveBack('s', '2026-03-02T00:00:00Z', 'a', 2000),
    ),
    '1 - 0',
  );
  t.end();
});

t.test('a purchase that no longer matches with what is left contributes nothing', (t) => {
  const rules = [{ event: 'purchase', where: { field: 'amount', gte: 2000 }, times: 2 }];
  t.equal(
    course(
      new Scenario(program(rules)),
      buy('a', '2026-03-01', 3000),
      giveBack('r', '2026-03-02T00:00:00Z', 'a', 1500),
    ),
    '1 0',
  );
  const lines = [{ event: 'purchase', where: { lines: { where: { field: 'sku', eq: 'sku-1' } } }, times: 2 }];
  const basket = { lines: [line('1', 1, 500), line('2', 1, 500)] };
  const back = (lineId: string) => giveBack('r', '2026-03-02T00:00:00Z', 'a', { lines: [{ lineId, quantity: 1 }] });
  t.equal(course(new Scenario(program(lines)), buy('a', '2026-03-01', basket), back('2')), '1 -');
  t.equal(course(new Scenario(program(lines)), buy('a', '2026-03-01', basket), back('1')), '1 0');
  t.end();
});

t.test('a return never completes, and completions stand', (t) => {
  const rules = [{ event: 'purchase', times: 2 }];
  const scenario = new Scenario(program(rules));
  t.equal(
    course(scenario, buy('a', '2026-03-01'), buy('b', '2026-03-02'), giveBack('r', '2026-03-03T00:00:00Z', 'a', 1000)),
    '1 c -',
  );
  t.match(progressOf(scenario.state!, 'c'), { completions: 1 });
  t.end();
});

t.test('a distinct value stays while one of its events does', (t) => {
  const rules = [{ event: 'purchase', distinct: { of: 'storeId', atLeast: 3 } }];
  const at = (id: string, storeId: string) => buy(id, '2026-03-01', { total: 100, storeId });
  const back = (of: string) => giveBack(`r-${of}`, '2026-03-02T00:00:00Z', of, 100);
  t.equal(
    course(new Scenario(program(rules)), at('a', 'x'), at('b', 'x'), at('c', 'y'), back('a'), back('b')),
    '1 1 2 2 1',
  );
  t.end();
});

t.test('judged again: with the profile as it was then, and the target is not asked', (t) => {
  const where = {
    all: [
      { field: 'customer.attributes.member', eq: true },
      { field: 'customer.tags', has: 'vip' },
      { field: 'local.hour', eq: 12 },
      { field: 'customer.tier.main', eq: 'low' },
    ],
  };
  const target = { where: { field: 'customer.status', eq: 'good' } };
  const then = programOf({
    statuses: [{ id: 'good', default: true }, { id: 'bad' }],
    tiers: [
      {
        id: 'main',
        basis: { spend: true },
        window: { calendar: 'year' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'high', atLeast: 2000 },
        ],
      },
    ],
    campaigns: [campaign([{ event: 'purchase', where, sum: { of: 'amount', atLeast: 9000 } }], { target })],
  });
  const scenario = new Scenario(then);
  const change = (type: string, id: string, data: object) => event(type, id, '2026-03-02T00:00:00Z', data);
  t.equal(
    course(
      scenario,
      event('profile.updated', 'e1', '2026-02-01T00:00:00Z', { attributes: { member: true } }),
      event('tag.added', 'e2', '2026-02-01T00:00:00Z', { tag: 'vip' }),
      buy('a', '2026-03-01', 3000),
      change('profile.updated', 'e3', { attributes: { member: null }, timeZone: 'Asia/Tokyo' }),
      change('tag.removed', 'e4', { tag: 'vip' }),
      change('status.changed', 'e5', { status: 'bad' }),
      giveBack('r', '2026-03-03T00:00:00Z', 'a', 1000),
    ),
    '- - 3000 - - - 2000',
  );
  t.end();
});

t.test('adding a tag that is there gives no outcome unless it lengthens it', (t) => {
  const tag = (id: string, time: string, span?: string) =>
    event('tag.added', id, time, span === undefined ? { tag: 'x' } : { tag: 'x', for: span });
  const none = programOf();
  given(none, tag('a', '2026-03-01T00:00:00Z', 'P10D'))
    .when(tag('b', '2026-03-02T00:00:00Z', 'P9D'))
    .gives(t, []);
  given(none, tag('a', '2026-03-01T00:00:00Z', 'P10D'))
    .when(tag('b', '2026-03-02T00:00:00Z', 'P10D'))
    .gives(t, [['tag.added', { until: Date.parse('2026-03-12T00:00:00Z') }]]);
  given(none, tag('a', '2026-03-01T00:00:00Z', 'P10D'))
    .when(tag('b', '2026-03-02T00:00:00Z'))
    .gives(t, [['tag.added', { until: undefined }]]);
  given(none, tag('a', '2026-03-01T00:00:00Z'))
    .when(tag('b', '2026-03-02T00:00:00Z', 'P10D'))
    .gives(t, []);
  given(none, tag('a', '2026-03-01T00:00:00Z', 'P1D'))
    .whenTime('2026-03-02T00:00:00Z')
    .gives(t, [['tag.removed', { tag: 'x', expired: true }]]);
  given(none, tag('a', '2026-03-01T00:00:00Z', 'P1D'))
    .when(arriving(tag('b', '2026-02-20T00:00:00Z', 'P1D'), '2026-03-03T00:00:00Z'))
    .gives(t, [
      ['tag.removed', { tag: 'x' }],
      ['tag.added', { tag: 'x' }],
      ['tag.removed', { tag: 'x', expired: true }],
    ]);
  t.end();
});

t.test('an offer is issued for its time, and with `until` the earlier ends it', (t) => {
  const offering = (validity: object, uses = 1) =>
    programOf({
      campaigns: [campaign([{ event: 'purchase' }], { outcomes: [{ offer: 'o' }] })],
      offers: [{ id: 'o', kind: 'closedLoop', validity, uses }],
    });
  const at = (text: string) => Date.parse(text);
  const p = buy('p', '2026-03-01');
  given(offering({ for: 'P14D' }, 3))
    .when(p)
    .gives(t, [
      ['behavior.completed', {}],
      ['offer.issued', { issueId: '0-1-1', offerId: 'o', expiresAt: at('2026-03-15T12:00:00Z'), uses: 3 }],
    ]);
  given(offering({ for: 'P14D', until: '2026-03-10T00:00:00Z' }))
    .when(p)
    .gives(t, [
      ['behavior.completed', {}],
      ['offer.issued', { expiresAt: at('2026-03-10T00:00:00Z') }],
    ]);
  given(offering({ from: '2026-04-01T00:00:00Z' }))
    .when(p)
    .gives(t, [
      ['behavior.completed', {}],
      ['offer.issued', { startsAt: at('2026-04-01T00:00:00Z'), expiresAt: null }],
    ]);
  const scenario = given(offering({ for: 'P14D' }), p)
    .whenTime('2026-03-15T12:00:00Z')
    .gives(t, [['offer.expired', { issueId: '0-1-1', offerId: 'o' }]]);
  t.same(scenario.state!.offers, []);
  t.end();
});

t.test('deadlines of one instant go: lots, offers, tags, levels', (t) => {
  const expiry = { kind: 'rolling', after: 'P1D' };
  const outcomes = [
    { tag: { add: 'x', for: 'P1D' } },
    { offer: 'o' },
    { points: { account: 'stars', fixed: 1, expiry } },
  ];
  const all = programOf({
    campaigns: [campaign([{ event: 'purchase' }], { outcomes })],
    offers: [{ id: 'o', kind: 'coupon', validity: { for: 'P1D' } }],
  });
  given(all, buy('p', '2026-03-01'))
    .whenTime('2026-03-02T12:00:00Z')
    .gives(t, [
      ['points.expired', {}],
      ['offer.expired', {}],
      ['tag.removed', {}],
    ]);
  t.end();
});
