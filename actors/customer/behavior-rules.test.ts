/** Sentences on behaviors and on what returns do to them that have no table of their own (PROGRAM: Behaviors; "Edges"). */
import t from 'tap';
import { isPublic } from '../outcome.js';
import { behaving, buy, course, holdsEach, type Row } from './course.js';
import { arriving, EARN, event, giveBack, line, programOf, Scenario } from './scenario.js';

const late = (id: string, day: string, arrives: string) => arriving(buy(id, day), `${arrives}T12:00:00Z`);
const SPAN = { start: '2026-03-05T00:00:00Z', end: '2026-12-01T12:00:00Z' };

const ROWS: readonly Row[] = [
  [
    'without a window, the span is the schedule’s',
    { all: [{ event: 'purchase', times: 3 }] },
    [buy('a', '2026-03-04'), buy('b', '2026-03-05'), buy('c', '2026-07-01'), buy('d', '2026-12-01')],
    '- 1 2 c',
    { schedule: SPAN },
  ],
  [
    'with the campaign’s window, the span is the schedule’s',
    { all: [{ event: 'purchase', times: 3, within: { campaign: true } }] },
    [buy('a', '2026-03-04'), buy('b', '2026-03-05'), buy('c', '2026-07-01'), buy('d', '2026-12-01')],
    '- 1 2 c',
    { schedule: SPAN },
  ],
  [
    'a sum of units',
    { all: [{ event: 'purchase', sum: { of: 'quantity', atLeast: 5 } }] },
    [
      buy('a', '2026-03-01', { lines: [line('1', 3, 100)] }),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-03', { lines: [line('1', 2, 100)] }),
    ],
    '3 - c',
  ],
  [
    'a sum of the amount, or the units, of some lines',
    {
      all: [
        { event: 'purchase', sum: { of: { lines: { field: 'sku', eq: 'sku-1' }, of: 'amount' }, atLeast: 9000 } },
        { event: 'purchase', sum: { of: { lines: { field: 'sku', eq: 'sku-1' }, of: 'quantity' }, atLeast: 90 } },
      ],
    },
    [
      buy('a', '2026-03-01', { lines: [line('1', 3, 100), line('2', 7, 100)] }),
      buy('b', '2026-03-02', { lines: [line('2', 1, 100)] }),
      giveBack('r', '2026-03-03T12:00:00Z', 'a', { lines: [{ lineId: '1', quantity: 1 }] }),
    ],
    '300/3 - 200/2',
  ],
  [
    'judged again after a return by total: the amount is less, the units stay until all is back',
    {
      all: [
        { event: 'purchase', sum: { of: 'quantity', atLeast: 9 } },
        { event: 'purchase', sum: { of: 'amount', atLeast: 9000 } },
        { event: 'purchase', where: { field: 'amount', gte: 200 }, times: 9 },
      ],
    },
    [
      buy('a', '2026-03-01', { lines: [line('1', 3, 100)] }),
      giveBack('r', '2026-03-02T12:00:00Z', 'a', 100),
      giveBack('s', '2026-03-03T12:00:00Z', 'a', 1),
      giveBack('u', '2026-03-04T12:00:00Z', 'a', 199),
    ],
    '3/300/1 3/200/1 3/199/0 0/0/0',
  ],
  [
    'a purchase that only a return would let match does not count',
    { all: [{ event: 'purchase', where: { field: 'amount', lte: 500 }, times: 3 }] },
    [buy('a', '2026-03-01', 500), buy('b', '2026-03-02', 900), giveBack('r', '2026-03-03T12:00:00Z', 'b', 500)],
    '1 - -',
  ],
];

t.test('behaviors, sentence by sentence', (t) => {
  holdsEach(t, ROWS);
  t.end();
});

t.test('of several full spans the one that ends earliest gives the events counted', (t) => {
  const rule = { event: 'purchase', times: 3, within: { rolling: 'P7D' } };
  const outcomesOf = (returned: string) => {
    const scenario = new Scenario(behaving({ all: [rule] }, { onReturn: 'clawback' }));
    const told = course(
      scenario,
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('d', '2026-03-08'),
      late('c', '2026-03-05', '2026-03-09'),
    );
    t.equal(told, '1 2 2 c');
    return scenario
      .report(giveBack('r', '2026-03-10T12:00:00Z', returned, 1000))
      .some(({ type }) => type === 'behavior.reverted');
  };
  t.ok(outcomesOf('a'), 'of the span that ends on the fifth');
  t.ok(outcomesOf('b'));
  t.ok(outcomesOf('c'));
  t.notOk(outcomesOf('d'), 'of the one that ends on the eighth');
  t.end();
});

t.test('a completion has the time of the event that arrives', (t) => {
  const scenario = new Scenario(behaving({ all: [{ event: 'purchase', times: 2 }] }));
  scenario.report(buy('a', '2026-03-10'));
  const outcomes = scenario.report(late('b', '2026-03-05', '2026-03-11')).filter(isPublic);
  t.same(
    outcomes.map(({ type, time }) => [type, time]),
    [
      ['behavior.completed', Date.parse('2026-03-05T12:00:00Z')],
      ['tag.added', Date.parse('2026-03-05T12:00:00Z')],
    ],
  );
  t.end();
});

t.test('an unnamed rule is named by its number, from 1', (t) => {
  const all = [
    { event: 'purchase', times: 2 },
    { rule: 'asked', event: 'survey', times: 2 },
    { event: 'other', times: 2 },
  ];
  const scenario = new Scenario(behaving({ all }));
  scenario.report(buy('a', '2026-03-01'));
  t.match(scenario.profile().behaviors, { c: { rules: { 1: { have: 1 }, asked: { have: 0 }, 3: { have: 0 } } } });
  t.end();
});

t.test('every campaign with a behavior but the base is shown, also at 0', (t) => {
  const other = {
    id: 'other',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 9_999 }, times: 4 }] },
    outcomes: [{ tag: { add: 'x' } }],
  };
  const send = { id: 'send', kind: 'promotion', outcomes: [{ tag: { add: 'y' } }] };
  const scenario = new Scenario(programOf({ campaigns: [EARN, other, send] }));
  scenario.report(buy('a', '2026-03-01'));
  t.same(scenario.profile().behaviors, {
    other: { rules: { 1: { have: 0, need: 4, resetsAt: null } }, completions: 0 },
  });
  t.end();
});

t.test('a blind return touches neither other outcomes nor progress', (t) => {
  const counting = {
    id: 'c',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 5000 } }] },
    outcomes: [{ tag: { add: 'x' } }],
    onReturn: 'clawback',
  };
  const given = {
    id: 'given',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [
      { points: { account: 'stars', fixed: 50 } },
      { points: { account: 'stars', rate: { points: 1, per: 10, of: 'amount' } } },
      { tag: { add: 'given' } },
    ],
    onReturn: 'clawback',
  };
  const scenario = new Scenario(programOf({ campaigns: [EARN, counting, given] }));
  scenario.report(buy('a', '2026-03-01'));
  const before = scenario.profile().behaviors;
  const outcomes = scenario.report(giveBack('r', '2026-03-02T12:00:00Z', undefined, 1000)).filter(isPublic);
  t.match(outcomes, [{ type: 'points.reversed', data: { points: 10, originalKnown: false } }]);
  t.equal(outcomes.length, 1);
  t.same(scenario.profile().behaviors, before);
  t.end();
});

t.test('a price on a return that names its purchase is ignored', (t) => {
  const scenario = new Scenario(programOf({ campaigns: [EARN] }));
  scenario.report(buy('a', '2026-03-01', { lines: [line('1', 2, 500)] }));
  scenario.report(
    giveBack('r', '2026-03-02T12:00:00Z', 'a', { lines: [{ lineId: '1', quantity: 1, unitPrice: 9_000 }] }),
  );
  t.match(scenario.state, { totals: { net: 500 } });
  t.end();
});

t.test('a tag runs from the event’s time, for as long as told, and may be taken off', (t) => {
  const campaign = (id: string, type: string, outcome: object) => ({
    id,
    kind: 'promotion',
    behavior: { all: [{ event: type }] },
    outcomes: [{ tag: outcome }],
  });
  const program = programOf({
    events: [{ type: 'survey' }],
    campaigns: [campaign('on', 'purchase', { add: 'x', for: 'P1M' }), campaign('off', 'survey', { remove: 'x' })],
  });
  const held = new Scenario(program);
  held.report(late('a', '2026-01-31', '2026-02-10'));
  t.match(held.profile().tags, [{ tag: 'x', until: '2026-02-28T12:00:00Z' }]);
  const off = held.report(event('survey', 's', '2026-02-11T12:00:00Z', {})).filter(isPublic);
  t.match(off.at(-1), { type: 'tag.removed', data: { tag: 'x' } });
  t.same(held.profile().tags, []);
  const kept = new Scenario(program);
  kept.report(buy('a', '2026-01-31'));
  t.same(kept.time('2026-02-28T11:59:59.999Z'), []);
  t.match(kept.time('2026-02-28T12:00:00Z').filter(isPublic), [{ type: 'tag.removed', data: { tag: 'x' } }]);
  t.end();
});

t.test('absences of one instant fire in order of judging', (t) => {
  const away = (id: string, priority: number) => ({
    id,
    kind: 'promotion',
    priority,
    behavior: { all: [{ event: 'purchase', absent: true, within: { rolling: 'P10D' } }] },
    outcomes: [{ tag: { add: id } }],
  });
  const scenario = new Scenario(programOf({ campaigns: [away('second', 2), away('third', 2), away('first', 1)] }));
  scenario.report(buy('a', '2026-03-01'));
  t.same(
    scenario
      .time('2026-03-11T12:00:00Z')
      .flatMap((outcome) => (outcome.type === 'tag.added' ? [outcome.data.tag] : [])),
    ['first', 'second', 'third'],
  );
  t.end();
});

t.test('under any the matches of every full rule are spent, and of one that is not full, too', (t) => {
  const any = [
    { event: 'purchase', times: 2 },
    { event: 'purchase', sum: { of: 'amount', atLeast: 2000 } },
    { event: 'purchase', times: 3 },
  ];
  const scenario = new Scenario(behaving({ any }));
  t.equal(
    course(scenario, buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-03')),
    '1/1000/1 c 1/1000/1',
  );
  t.end();
});
