import t from 'tap';
import { compileProgram } from './compile.js';
import type { ProgramDocument } from './document.js';
import type { CampaignOutcome, Program } from './program.js';
import { coffeeDocument, type Loose, lineView, purchaseView } from './specimen.js';
import { validateProgram } from './validate.js';

function compiled(change: (document: Loose) => void = () => {}): Program {
  const document = coffeeDocument();
  change(document);
  const result = validateProgram(document);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return compileProgram(result.document, 7);
}

const SMALLEST: ProgramDocument = { program: 'p', currency: 'EUR', timeZone: 'Europe/Paris' };

t.test('what is left out has the defaults of the contract', async (t) => {
  const program = compileProgram(SMALLEST, 1);
  t.equal(program.version, 1);
  t.equal(program.lateness.text, 'P30D');
  t.equal(program.returnsWindow.text, 'P24M');
  t.same(program.defaultStatus, { id: 'good', earns: true, redeems: true, messages: true });
  t.same([program.campaigns, program.tiers, program.base, program.rfm], [[], [], undefined, undefined]);
  t.same([program.stores.size, program.accounts.size, program.offers.size, program.declared.size], [0, 0, 0, 0]);
  const account = compileProgram({ ...SMALLEST, points: { accounts: [{ id: 'a' }] } }, 1).accounts.get('a');
  t.same(account, {
    id: 'a',
    name: 'a',
    spendable: true,
    negative: 'allow',
    expiry: { kind: 'none' },
    activation: { kind: 'immediate' },
    caps: undefined,
  });
});

t.test('settings are compiled', async (t) => {
  const program = compiled();
  t.same(
    [program.currency, program.zone, program.lateness.text, program.returnsWindow.text],
    ['USD', 'America/New_York', 'P30D', 'P24M'],
  );
  t.same(program.stores.get('bos-1'), {
    id: 'bos-1',
    name: 'Boston Common',
    zone: 'America/New_York',
    tags: ['boston'],
  });
  t.same(program.stores.get('web'), { id: 'web', name: undefined, zone: undefined, tags: [] });
  t.same(program.statuses.get('blocked'), { id: 'blocked', earns: false, redeems: false, messages: false });
  t.equal(program.defaultStatus.id, 'good');
  t.match(program.accounts.get('stars'), {
    name: 'Stars',
    expiry: { kind: 'rolling', after: { text: 'P12M' }, roundUpTo: 'month' },
  });
  t.match(program.tiers, [
    {
      id: 'main',
      basis: { kind: 'points', account: 'status' },
      window: { kind: 'calendar', unit: 'year' },
      levels: [
        { id: 'member', atLeast: 0, multiplier: 10_000 },
        { id: 'silver', atLeast: 50_000, multiplier: 12_500 },
        { id: 'gold', atLeast: 200_000, multiplier: 15_000 },
      ],
    },
  ]);
  t.match(program.rfm, { window: { text: 'P365D' }, frequency: [1, 3, 6, 12] });
  t.match(program.offers.get('free-latte'), { kind: 'closedLoop', uses: 1, validFor: { text: 'P14D' } });
  t.match(program.offers.get('item-off'), { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 11, 31, 23, 59, 59) });
  t.match(program.offers.get('sticker'), { uses: 3, validFor: undefined });
});

t.test('the kinds of a tier’s basis', async (t) => {
  t.same(
    compiled((d) => {
      d.tiers![0]!.basis = { spend: true } as unknown as Loose;
    }).tiers[0]!.basis,
    { kind: 'spend' },
  );
  t.same(
    compiled((d) => {
      d.tiers![0]!.basis = { count: 'purchase' } as unknown as Loose;
    }).tiers[0]!.basis,
    { kind: 'count' },
  );
});

t.test('campaigns are compiled in order of judging', async (t) => {
  const program = compiled();
  t.same(
    program.campaigns.map(({ id, index, base }) => [id, index, base]),
    [
      ['earn', 0, true],
      ['mornings', 1, false],
      ['surveys', 2, false],
      ['five-lattes', 3, false],
    ],
  );
  t.equal(program.base?.id, 'earn');
  t.equal(program.campaignById.get('surveys'), program.campaigns[2]);
  const lattes = program.campaignById.get('five-lattes')!;
  t.match(lattes, {
    priority: 5,
    start: Date.UTC(2026, 10, 1, 5),
    end: Date.UTC(2027, 0, 1, 4, 59, 59),
    perCustomer: 1,
    per: { kind: 'calendar', unit: 'month' },
  });
  t.ok(lattes.target?.test(purchaseView()), 'the target holds for silver');
  t.same(program.campaignById.get('earn')!.per, undefined);
});

t.test('rules have their measure, window and name', async (t) => {
  const program = compiled();
  const [spend, visits] = program.campaignById.get('mornings')!.rules;
  t.match(spend, {
    name: 'spend',
    measure: { kind: 'sum', atLeast: 10_000, of: { kind: 'amount' } },
    window: { kind: 'rolling', span: { text: 'P30D' } },
  });
  t.equal(spend!.measure.kind === 'sum' && spend!.measure.of.of(purchaseView()), 800);
  t.match(visits, {
    name: 'visits',
    where: undefined,
    measure: { kind: 'distinct', atLeast: 3 },
    window: { kind: 'calendar', unit: 'month' },
  });
  const { measure } = visits!;
  t.equal(measure.kind === 'distinct' && measure.of !== 'day' && measure.of.read(purchaseView()), 'bos-1');
  t.equal(
    measure.kind === 'distinct' && measure.of !== 'day' && measure.of.read(purchaseView({ storeId: undefined })),
    undefined,
  );
  t.match(program.campaignById.get('five-lattes')!.rules, [
    { name: '1', eventType: 'purchase', measure: { kind: 'times', atLeast: 5 }, window: { kind: 'campaign' } },
  ]);
  t.match(program.campaignById.get('surveys')!.rules, [
    { measure: { kind: 'distinct', of: 'day', atLeast: 2 }, window: { kind: 'campaign' } },
  ]);
  t.match(program.base!.rules, [{ name: '1', measure: { kind: 'times', atLeast: 1 } }]);
});

t.test('outcomes are compiled', async (t) => {
  const program = compiled();
  t.match(program.base!.outcomes, [
    {
      kind: 'points',
      account: 'stars',
      expiry: undefined,
      award: { kind: 'rate', points: 1, per: 100, of: { kind: 'amount' }, multiply: 'main', round: 'floor' },
    },
  ]);
  t.match(program.campaignById.get('five-lattes')!.outcomes, [
    { kind: 'offer', offerId: 'free-latte' },
    { kind: 'tag', op: 'add', tag: 'latte-lover', for: { text: 'P90D' } },
  ]);
  const [fixed, tag, rate] = program.campaignById.get('mornings')!.outcomes as [
    CampaignOutcome,
    CampaignOutcome,
    CampaignOutcome,
  ];
  t.match(fixed, { kind: 'points', account: 'stars', award: { kind: 'fixed', points: 50 }, expiry: { kind: 'none' } });
  t.match(tag, { kind: 'tag', op: 'remove', tag: 'sleeper', for: undefined });
  t.match(rate, {
    kind: 'points',
    award: { kind: 'rate', points: 2, per: 1, multiply: undefined, round: 'halfUp', of: { kind: 'lineQuantity' } },
  });
});

t.test('a rate or sum is taken of the amount, the units, or those of matching lines', async (t) => {
  const basket = purchaseView({
    amount: 1_500,
    quantity: 5,
    lines: [lineView({ sku: 'A', quantity: 2, amount: 700 }), lineView({ sku: 'B', quantity: 3, amount: 800 })],
  });
  const lines = { field: 'sku', eq: 'A' };
  for (const [of, kind, value, bare] of [
    ['amount', 'amount', 1_500, 0],
    ['quantity', 'quantity', 5, 0],
    [{ lines, of: 'amount' }, 'lineAmount', 700, 0],
    [{ lines, of: 'quantity' }, 'lineQuantity', 2, 0],
  ] as const) {
    const program = compiled((d) => {
      d.campaigns![0]!.outcomes![0]!.points!.rate!.of = of as unknown as Loose;
    });
    const outcome = program.base!.outcomes[0]!;
    if (outcome.kind !== 'points' || outcome.award.kind !== 'rate') throw new Error('no rate');
    t.equal(outcome.award.of.kind, kind);
    t.equal(outcome.award.of.of(basket), value, kind);
    t.equal(
      outcome.award.of.of(purchaseView({ amount: undefined, quantity: undefined, lines: undefined })),
      bare,
      `${kind} of an event without`,
    );
  }
});

t.test('a signature changes exactly when what is counted changes', async (t) => {
  const signature = (rule: unknown) =>
    compiled((d) => {
      d.campaigns![3]!.behavior!.all = [rule] as unknown as Loose;
    }).campaignById.get('surveys')!.rules[0]!.signature;
  const where = {
    all: [
      { field: 'storeId', eq: 'a' },
      { field: 'amount', gte: 5 },
    ],
  };
  const one = signature({ event: 'purchase', where, times: 3 });
  for (const same of [
    { event: 'purchase', where, times: 4 },
    { event: 'purchase', where, times: 3, within: { rolling: 'P30D' } },
    { rule: 'named', event: 'purchase', where },
    {
      event: 'purchase',
      where: {
        all: [
          { eq: 'a', field: 'storeId' },
          { gte: 5, field: 'amount' },
        ],
      },
    },
  ]) {
    t.equal(signature(same), one, JSON.stringify(same));
  }
  const others = [
    { event: 'purchase', times: 3 },
    {
      event: 'purchase',
      where: {
        all: [
          { field: 'storeId', eq: 'b' },
          { field: 'amount', gte: 5 },
        ],
      },
    },
    {
      event: 'purchase',
      where: {
        all: [
          { field: 'amount', gte: 5 },
          { field: 'storeId', eq: 'a' },
        ],
      },
    },
    { event: 'visit', where },
    { event: 'purchase', where, sum: { of: 'amount', atLeast: 5 } },
    { event: 'purchase', where, sum: { of: 'quantity', atLeast: 5 } },
    { event: 'purchase', where, sum: { of: { lines: { field: 'sku', eq: 'a' }, of: 'amount' }, atLeast: 5 } },
    { event: 'purchase', where, distinct: { of: 'day', atLeast: 5 } },
    { event: 'purchase', where, distinct: { of: 'storeId', atLeast: 5 } },
  ].map(signature);
  t.equal(new Set([one, ...others]).size, others.length + 1, 'all others differ');
  t.ok(one.length <= 11, 'and it is short');
});

t.test('a behavior is compiled with what judging it must know', async (t) => {
  const compiled = (behavior: unknown) =>
    compileProgram({ ...SMALLEST, campaigns: [{ id: 'c', kind: 'promotion', behavior, outcomes: [] }] } as never, 1);
  const flags = (behavior: unknown) => {
    const { behavior: kind, sameEvent, ordered, carries, streaks, waits } = compiled(behavior).campaigns[0]!;
    return [
      kind,
      ...Object.entries({ sameEvent, ordered, carries, streaks, waits }).flatMap(([k, v]) => (v ? [k] : [])),
    ];
  };
  const buy = { event: 'purchase' };
  t.same(flags({ all: [buy] }), ['all']);
  t.same(flags({ all: [buy, buy], sameEvent: true }), ['all', 'sameEvent']);
  t.same(flags({ any: [{ ...buy, sum: { of: 'amount', atLeast: 5, carry: true } }] }), ['any', 'carries']);
  t.same(flags({ sequence: [buy, { ...buy, streak: { unit: 'week', atLeast: 2 } }] }), [
    'sequence',
    'ordered',
    'streaks',
  ]);
  t.same(flags({ all: [{ ...buy, within: { sinceFirst: 'P7D' } }] }), ['all', 'ordered']);
  const away = { ...buy, absent: true, within: { rolling: 'P30D' } };
  t.same(flags({ all: [away] }), ['all', 'waits']);
  t.equal(compiled({ all: [away] }).waiting.length, 1);
  t.equal(compiled({ all: [buy] }).waiting.length, 0);
});
