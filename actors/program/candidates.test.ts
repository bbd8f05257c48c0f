import fc from 'fast-check';
import t from 'tap';
import { compileProgram } from './compile.js';
import { condition, view } from './condition.arbitrary.js';
import type { ProgramDocument } from './document.js';
import type { CampaignDocument, RuleDocument } from './document-campaign.js';
import type { ConditionDocument } from './document-condition.js';
import type { Campaign, Program, View } from './program.js';
import { lineView, purchaseView } from './specimen.js';

type Loose = Partial<Omit<CampaignDocument, 'behavior'>> & { rules: RuleDocument[] };

function programOf(campaigns: readonly Loose[]): Program {
  const document: ProgramDocument = {
    program: 'p',
    currency: 'USD',
    timeZone: 'UTC',
    points: { accounts: [{ id: 'stars' }] },
    campaigns: campaigns.map(({ rules, ...rest }, i) => ({
      id: `c${i}`,
      kind: 'promotion',
      behavior: { all: rules },
      outcomes: [{ points: { account: 'stars', fixed: 1 } }],
      ...rest,
    })),
  };
  return compileProgram(document, 1);
}

const buy = (where?: ConditionDocument): RuleDocument => ({ event: 'purchase', where });
const idsOf = (program: Program, subject: View): string[] => program.candidates(subject).map((campaign) => campaign.id);

t.test('only campaigns with a rule of the event type are candidates', async (t) => {
  const program = programOf([
    { rules: [buy()] },
    { rules: [{ event: 'visit' }] },
    { rules: [{ event: 'visit' }, buy()] },
  ]);
  t.same(idsOf(program, purchaseView()), ['c0', 'c2']);
  t.same(idsOf(program, purchaseView({ event: { type: 'visit' } })), ['c1', 'c2']);
  t.same(idsOf(program, purchaseView({ event: { type: '__proto__' } })), []);
});

t.test('a campaign whose necessary term the event does not meet is no candidate', async (t) => {
  const table: readonly (readonly [where: ConditionDocument, candidate: boolean])[] = [
    [{ field: 'storeId', eq: 'bos-1' }, true],
    [{ field: 'storeId', eq: 'nyc-1' }, false],
    [{ field: 'storeId', in: ['nyc-1', 'bos-1'] }, true],
    [{ field: 'storeId', in: ['nyc-1', 'nyc-2'] }, false],
    [{ field: 'store.tags', has: 'boston' }, true],
    [{ field: 'store.tags', has: 'nyc' }, false],
    [{ field: 'customer.tags', hasAny: ['x', 'early'] }, true],
    [{ field: 'customer.tags', hasAny: ['x', 'y'] }, false],
    [{ field: 'customer.tags', hasAll: ['x', 'y'] }, false],
    [{ field: 'data.sizes', eq: 'M' }, true],
    [{ field: 'data.sizes', eq: 'XL' }, false],
    [{ field: 'data.gift', eq: false }, false],
    [{ field: 'customer.tier.main', eq: 'gold' }, false],
    [{ lines: { where: { field: 'sku', eq: 'LATTE-L' } } }, true],
    [{ lines: { where: { field: 'sku', eq: 'MUFFIN' } } }, false],
    [{ lines: { where: { field: 'categories', has: 'latte' }, quantity: { gte: 9 } } }, true],
    [
      {
        lines: {
          where: {
            any: [
              { field: 'sku', eq: 'MUFFIN' },
              { field: 'categories', has: 'tea' },
            ],
          },
        },
      },
      false,
    ],
    [
      {
        all: [
          { field: 'amount', gte: 1 },
          { field: 'storeId', eq: 'nyc-1' },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { field: 'storeId', eq: 'nyc-1' },
          { field: 'channel', eq: 'web' },
        ],
      },
      false,
    ],
    [
      {
        any: [
          { field: 'storeId', eq: 'nyc-1' },
          { field: 'channel', eq: 'pos' },
        ],
      },
      true,
    ],
    [
      {
        any: [
          { field: 'storeId', eq: 'nyc-1' },
          { field: 'amount', gte: 1 },
        ],
      },
      true,
    ],
    [{ not: { field: 'storeId', eq: 'bos-1' } }, true],
    [{ field: 'storeId', ne: 'bos-1' }, true],
    [{ field: 'amount', gte: 1_000_000 }, true],
  ];
  for (const [where, candidate] of table) {
    t.same(idsOf(programOf([{ rules: [buy(where)] }]), purchaseView()), candidate ? ['c0'] : [], JSON.stringify(where));
  }
});

t.test('a term of the target is as good as one of the rule', async (t) => {
  const program = programOf([{ target: { where: { field: 'customer.status', eq: 'vip' } }, rules: [buy()] }]);
  t.same(idsOf(program, purchaseView()), []);
  t.same(idsOf(program, purchaseView({ customer: { status: 'vip' } })), ['c0']);
});

t.test('of several terms the one that fewest campaigns share is looked up', async (t) => {
  const program = programOf(
    Array.from({ length: 100 }, (_, i) => ({
      rules: [
        buy({
          all: [
            { field: 'channel', eq: 'pos' },
            { field: 'storeId', eq: `s${i}` },
          ],
        }),
      ],
    })),
  );
  t.same(idsOf(program, purchaseView({ storeId: 's42' })), ['c42']);
});

t.test('candidates come in order of judging, each once', async (t) => {
  const program = programOf([
    { rules: [buy({ field: 'storeId', eq: 'bos-1' })], priority: 9 },
    { rules: [buy()], priority: 3 },
    { rules: [buy({ lines: { where: { field: 'sku', eq: 'A' } } })] },
    {
      rules: [buy({ lines: { where: { field: 'sku', in: ['A', 'B'] } } }), buy({ field: 'storeId', eq: 'bos-1' })],
      priority: 3,
    },
    { rules: [buy({ field: 'channel', eq: 'web' })] },
  ]);
  const lines = [lineView({ sku: 'A' }), lineView({ sku: 'B' }), lineView({ sku: 'A' })];
  t.same(idsOf(program, purchaseView({ lines })), ['c2', 'c1', 'c3', 'c0']);
  t.same(
    program.campaigns.map(({ id, index }) => [id, index]),
    [
      ['c2', 0],
      ['c4', 1],
      ['c1', 2],
      ['c3', 3],
      ['c0', 4],
    ],
    'ascending priority, then the order of the file',
  );
});

t.test('campaigns out of their schedule are no candidates; both ends are in it', async (t) => {
  const start = Date.UTC(2026, 10, 1);
  const end = Date.UTC(2026, 10, 30);
  const schedule = { start: '2026-11-01T00:00:00Z', end: '2026-11-30T00:00:00Z' };
  const program = programOf([
    { schedule, rules: [buy()] },
    { schedule: { end: schedule.end }, rules: [buy({ field: 'storeId', eq: 'bos-1' })] },
    { schedule: { start: schedule.start }, rules: [buy()] },
    { rules: [buy()] },
  ]);
  const at = (time: number) => idsOf(program, purchaseView({ event: { time } }));
  for (const [time, expected] of [
    [start - 1, ['c1', 'c3']],
    [start, ['c0', 'c1', 'c2', 'c3']],
    [end, ['c0', 'c1', 'c2', 'c3']],
    [end + 1, ['c2', 'c3']],
    [start - 1, ['c1', 'c3']],
    [start + 1, ['c0', 'c1', 'c2', 'c3']],
  ] as const) {
    t.same(at(time), expected, new Date(time).toISOString());
  }
});

t.test('many schedules, asked in any order, give what the schedules say', async (t) => {
  const day = 86_400_000;
  const iso = (time: number) => new Date(time).toISOString();
  const spans = Array.from({ length: 200 }, (_, i) => [i * day, (i + (i % 7)) * day] as const);
  const program = programOf(
    spans.map(([from, to]) => ({ schedule: { start: iso(from), end: iso(to) }, rules: [buy()] })),
  );
  for (let i = 0; i < 1_000; i++) {
    const time = ((i * 7_919) % 210) * day + (i % 3) - 1;
    const expected = spans.flatMap(([from, to], c) => (from <= time && time <= to ? [`c${c}`] : []));
    t.strictSame(idsOf(program, purchaseView({ event: { time } })), expected) || t.bailout(String(time));
  }
});

t.test('where nothing has to be joined no list is made', async (t) => {
  const program = programOf([{ rules: [buy()] }, { rules: [buy({ field: 'storeId', eq: 'nyc-1' })] }]);
  t.equal(program.candidates(purchaseView()), program.candidates(purchaseView()));
  const hit = programOf([{ rules: [buy({ field: 'storeId', eq: 'bos-1' })] }]);
  t.equal(hit.candidates(purchaseView()), hit.candidates(purchaseView()));
});

t.test('every campaign that could count an event is among its candidates, for any conditions and events', async (t) => {
  const seed = Date.now() & 0x7fffffff;
  t.comment(`seed ${seed}`);
  const rule: fc.Arbitrary<RuleDocument> = fc.record(
    { event: fc.constantFrom('purchase', 'survey.done'), where: condition },
    { requiredKeys: ['event'] },
  );
  const instant = fc.integer({ min: 0, max: 10 }).map((ms) => new Date(ms).toISOString());
  const campaign: fc.Arbitrary<Loose> = fc.record(
    {
      rules: fc.array(rule, { minLength: 1, maxLength: 3 }),
      priority: fc.integer({ min: 0, max: 2 }),
      target: fc.record({ where: condition }),
      schedule: fc.record({ start: instant, end: instant }, { requiredKeys: [] }),
    },
    { requiredKeys: ['rules'] },
  );
  let matched = 0;
  fc.assert(
    fc.property(
      fc.array(campaign, { maxLength: 8 }),
      fc.array(view, { minLength: 1, maxLength: 4 }),
      (campaigns, views) => {
        const program = programOf(campaigns);
        for (const subject of views) {
          const candidates = program.candidates(subject);
          const could = program.campaigns.filter((own) => couldCount(own, subject));
          matched += could.length;
          if (!could.every((own) => candidates.includes(own))) return false;
          for (let i = 1; i < candidates.length; i++)
            if (candidates[i - 1]!.index >= candidates[i]!.index) return false;
        }
        return true;
      },
    ),
    { seed, numRuns: 2_000 },
  );
  t.ok(matched > 1_000, 'matches were met often');
});

function couldCount(campaign: Campaign, subject: View): boolean {
  const { time, type } = subject.event;
  if (time < (campaign.start ?? time) || time > (campaign.end ?? time)) return false;
  if (campaign.target?.test(subject) === false) return false;
  return campaign.rules.some((rule) => rule.eventType === type && rule.where?.test(subject) !== false);
}
