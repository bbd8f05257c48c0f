/**
 * Random programs for the agreement test: small ones that use every rule the engine accepts (`features.arbitrary.ts`), over the
 * same few names as the random histories. It is long because it is one list of what a program may say.
 */
import fc from 'fast-check';
import type { Campaign, Condition, Program, Rule } from './document.js';
import { FEATURES, type Feature } from './features.arbitrary.js';

type Arb<T> = fc.Arbitrary<T>;
type Part = Readonly<Record<string, unknown>>;

/** These where the feature is built, nothing where it is not. */
function when<T>(feature: Feature, ...arbitraries: Arb<T>[]): Arb<T>[] {
  return FEATURES[feature] ? arbitraries : [];
}

/** There or not. */
function maybe<T>(arbitrary: Arb<T>, weight = 1): Arb<T | undefined> {
  return fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight, arbitrary });
}

const optionally = <T>(feature: Feature, arbitrary: Arb<T>, weight = 1): Arb<T | undefined> =>
  FEATURES[feature] ? maybe(arbitrary, weight) : fc.constant(undefined);

const few = (max: number) => fc.integer({ min: 1, max });
const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Europe/London',
  'Asia/Tokyo',
  'Australia/Lord_Howe',
  'Africa/Cairo',
);
const units = fc.constantFrom('day', 'week', 'month', 'quarter', 'year');
const spans = fc.constantFrom('PT6H', 'P1D', 'P3D', 'P1W', 'P10D', 'P20D', 'P1M');
const accounts = fc.constantFrom('stars', 'status');

// ---- conditions ---------------------------------------------------------------------------------------------------------
const texts = (field: string, values: string[]): Arb<Part> =>
  fc.oneof(
    fc.record({ field: fc.constant(field), eq: fc.constantFrom(...values) }),
    fc.record({ field: fc.constant(field), ne: fc.constantFrom(...values) }),
    fc.record({ field: fc.constant(field), in: fc.subarray(values, { minLength: 1 }) }),
    fc.record({ field: fc.constant(field), nin: fc.subarray(values, { minLength: 1 }) }),
    fc.record({ field: fc.constant(field), gte: fc.constantFrom(...values) }),
    fc.record({ field: fc.constant(field), exists: fc.boolean() }),
  );

const numbers = (field: string, values: number[]): Arb<Part> =>
  fc.oneof(
    ...['eq', 'ne', 'gt', 'gte', 'lt', 'lte'].map((operator) =>
      fc.constantFrom(...values).map((value): Part => ({ field, [operator]: value })),
    ),
    fc.constantFrom(...values).map((low): Part => ({ field, between: [low, low + 3] })),
  );

const lists = (field: string, values: string[]): Arb<Part> =>
  fc.oneof(
    fc.record({ field: fc.constant(field), has: fc.constantFrom(...values) }),
    fc.record({ field: fc.constant(field), hasAny: fc.subarray(values, { minLength: 1 }) }),
    fc.record({ field: fc.constant(field), hasAll: fc.subarray(values, { minLength: 1 }) }),
    fc.record({ field: fc.constant(field), ne: fc.constantFrom(...values) }),
    fc.record({ field: fc.constant(field), contains: fc.constantFrom('a', 'x') }),
  );

const ofLine: Arb<Part> = fc.oneof(
  texts('sku', ['A', 'B']),
  lists('categories', ['latte', 'cake']),
  numbers('quantity', [1, 2]),
  numbers('unitPrice', [0, 100, 450]),
  numbers('amount', [0, 300, 900]),
);

const quantityTest = fc.constantFrom<Part>({ gte: 2 }, { lt: 3 }, { between: [1, 4] });
const amountTest = fc.constantFrom<Part>({ gte: 500 }, { lte: 900 });
const ofLines: Arb<Part> = fc.record({
  lines: fc.oneof(
    fc.record({ where: ofLine }),
    fc.record({ where: ofLine, quantity: quantityTest }),
    fc.record({ where: ofLine, amount: amountTest }),
    fc.record({ quantity: quantityTest, amount: amountTest }),
  ),
});

const ofProfile: Arb<Part> = fc.oneof(
  texts('customer.attributes.color', ['blue', 'red']),
  texts('customer.status', ['good', 'bad']),
  lists('customer.tags', ['x', 'lover']),
  texts('customer.tier.main', ['low', 'mid', 'top']),
  numbers('customer.points.stars', [0, 10, 50]),
  numbers('customer.points.status', [0, 20]),
  numbers('customer.rfm.frequency', [0, 1, 3]),
  numbers('customer.rfm.recencyDays', [0, 1, 7]),
  numbers('customer.rfm.monetary', [0, 1000, 4000]),
  numbers('customer.rfm.score', [111, 333, 511]),
  numbers('customer.ageDays', [0, 3, 20]),
  lists('customer.offers', ['free']),
);

const ofEvent: Arb<Part> = fc.oneof(
  numbers('amount', [0, 500, 1200]),
  numbers('quantity', [1, 3]),
  texts('storeId', ['tokyo', 'york', 'bare']),
  lists('store.tags', ['east']),
  texts('channel', ['app', 'pos']),
  numbers('local.hour', [6, 12, 18]),
  numbers('local.minuteOfDay', [90, 720]),
  numbers('local.dayOfWeek', [1, 5, 7]),
  texts('local.date', ['2026-03-08', '2026-11-01']),
);

const wheres: Arb<Condition> = fc
  .oneof(
    { weight: 3, arbitrary: ofEvent },
    { weight: 3, arbitrary: ofProfile },
    { weight: 2, arbitrary: ofLines },
    {
      weight: 1,
      arbitrary: fc.record({ all: fc.array(fc.oneof(ofEvent, ofProfile, ofLines), { minLength: 1, maxLength: 2 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ any: fc.array(fc.oneof(ofEvent, ofProfile, ofLines), { minLength: 1, maxLength: 2 }) }),
    },
    { weight: 1, arbitrary: fc.record({ not: fc.oneof(ofEvent, ofProfile, ofLines) }) },
  )
  .map((condition) => condition as Condition);

const surveyWheres: Arb<Condition> = fc
  .oneof(
    texts('data.color', ['blue', 'red']),
    numbers('data.score', [1, 3]),
    numbers('local.hour', [6, 18]),
    texts('customer.tier.main', ['low', 'mid', 'top']),
  )
  .map((condition) => condition as unknown as Condition);

const targets: Arb<unknown> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ where: ofProfile.map((condition) => condition as unknown as Condition) }) },
  ...when('audiences', fc.record({ audience: fc.constantFrom('regulars', 'others') })).map((arbitrary) => ({
    weight: 2,
    arbitrary,
  })),
);

// ---- behaviors ----------------------------------------------------------------------------------------------------------
const of = fc.oneof(
  fc.constant('amount'),
  fc.constant('quantity'),
  fc.record({ lines: ofLine, of: fc.constantFrom('amount', 'quantity') }),
);

const withins: Arb<Part> = fc.oneof(
  fc.record({ rolling: spans }),
  fc.record({ calendar: units }),
  fc.constant({ campaign: true }),
  ...when('sinceFirst', fc.record({ sinceFirst: spans })),
);

const streaks = fc.record({ streak: fc.record({ unit: fc.constantFrom('day', 'week', 'month'), atLeast: few(3) }) });

const purchaseMeasure: Arb<Part> = fc.oneof(
  fc.record({ times: few(4) }),
  fc.record({ sum: fc.record({ of, atLeast: fc.constantFrom(1, 3, 800, 2500) }) }),
  ...when(
    'carry',
    fc.record({
      sum: fc.record({
        of,
        atLeast: fc.constantFrom(400, 800),
        carry: fc.constant(true),
      }),
    }),
  ),
  ...when('carry', fc.record({ sum: fc.constant({ of: 'quantity', atLeast: 2, carry: true }) })),
  fc.record({
    distinct: fc.record({
      of: fc.constantFrom('day', 'storeId', 'channel', 'store.tags', 'local.hour', 'customer.tier.main'),
      atLeast: few(3),
    }),
  }),
  ...when('streak', streaks),
);

const eventMeasure: Arb<Part> = fc.oneof(
  fc.record({ times: few(3) }),
  fc.record({ distinct: fc.record({ of: fc.constantFrom('day', 'data.color', 'data.likes'), atLeast: few(3) }) }),
  ...when('streak', streaks),
);

const tierWhere: Arb<Condition> = texts('customer.tier.main', ['low', 'mid', 'top']).map(
  (each) => each as unknown as Condition,
);

/** Outcomes that campaigns may count, each with a condition on it. */
const triggers = fc.constantFrom(
  ['points.earned', { field: 'data.account', eq: 'stars' }],
  ['points.earned', { field: 'data.points', gte: 10 }],
  ['points.reversed', { field: 'data.account', eq: 'stars' }],
  ['points.expired', { field: 'data.points', gte: 2 }],
  ['tier.changed', { field: 'data.to', eq: 'mid' }],
  ['tier.changed', { field: 'data.system', eq: 'main' }],
  ['behavior.completed', { field: 'data.campaignId', eq: 'one' }],
  ['behavior.reverted', { field: 'data.campaignId', eq: 'two' }],
  ['offer.issued', { field: 'data.offerId', eq: 'free' }],
  ['offer.expired', { field: 'customer.tier.main', eq: 'low' }],
  ['profile.changed', { field: 'data.locale', exists: true }],
  ...(FEATURES.audiences ? ([['audience.entered', { field: 'data.audience', eq: 'regulars' }]] as const) : []),
);

const rules: Arb<Rule> = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(
        fc.record({ event: fc.constant('purchase'), where: maybe(wheres), within: maybe(withins, 2) }),
        purchaseMeasure,
      ),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(
        fc.record({ event: fc.constant('survey'), where: maybe(surveyWheres), within: maybe(withins, 2) }),
        eventMeasure,
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(
        fc.record({
          event: fc.constantFrom('tag.added', 'status.changed', 'profile.updated', 'points.adjusted'),
          where: maybe(tierWhere),
          within: maybe(withins, 2),
        }),
        fc.record({ times: few(2) }),
      ),
    },
    ...when(
      'triggered',
      fc.tuple(
        triggers.chain(([event, where]) =>
          fc.record({
            event: fc.constant(event),
            where: maybe(fc.constant(where)),
            within: maybe(withins, 2),
          }),
        ),
        fc.record({ times: few(2) }),
      ),
    ).map((arbitrary) => ({ weight: 1, arbitrary })),
    ...when(
      'absent',
      fc.tuple(
        fc.record({
          event: fc.constantFrom('purchase', 'survey'),
          absent: fc.constant(true),
          within: fc.oneof(fc.record({ rolling: spans }), fc.record({ calendar: units })),
        }),
        fc.constant({}),
      ),
    ).map((arbitrary) => ({ weight: 1, arbitrary })),
  )
  .map(([rule, measure]) => ({ ...rule, ...measure }) as unknown as Rule);

const ruleLists = fc.oneof(
  { weight: 3, arbitrary: fc.array(rules, { minLength: 1, maxLength: 1 }) },
  { weight: 3, arbitrary: fc.array(rules, { minLength: 2, maxLength: 3 }) },
);
function steps(list: readonly Rule[]): readonly Rule[] {
  return list.map(withoutCarry);
}

/** A step has no next completion to carry to. */
function withoutCarry(rule: Rule): Rule {
  return rule.sum?.carry === true ? { ...rule, sum: { of: rule.sum.of, atLeast: rule.sum.atLeast } } : rule;
}

/** No event has two types. */
function ofOneType({ all, sameEvent }: { all: Rule[]; sameEvent: true | undefined }): Part {
  if (sameEvent === undefined || new Set(all.map(({ event }) => event)).size > 1 || all.some(({ absent }) => absent))
    return { all };
  return { all, sameEvent };
}

const behaviors: Arb<Part> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ all: ruleLists, sameEvent: optionally('sameEvent', fc.constant(true)) }).map(ofOneType),
  },
  ...when('any', fc.record({ any: ruleLists })).map((arbitrary) => ({ weight: 2, arbitrary })),
  ...when('sequence', fc.record({ sequence: ruleLists.map((list) => steps(list)) })).map((arbitrary) => ({
    weight: 2,
    arbitrary,
  })),
);

// ---- points -------------------------------------------------------------------------------------------------------------
const roundUpTo = maybe(fc.constantFrom('month', 'quarter', 'year'));
const expiries: Arb<unknown> = fc.oneof(
  fc.constant('none'),
  fc.record({ kind: fc.constant('rolling'), after: fc.constantFrom('P2D', 'P20D', 'P1M', 'P3M'), roundUpTo }),
  ...when(
    'expiryFixed',
    fc.record({
      kind: fc.constant('fixed'),
      dates: fc.subarray(['03-15', '06-30', '11-02', '12-31'], { minLength: 1 }),
    }),
  ),
  ...when(
    'expiryInactivity',
    fc.record({
      kind: fc.constant('inactivity'),
      after: spans,
      events: fc.subarray(['purchase', 'survey'], { minLength: 1 }),
    }),
  ),
);

const activations: Arb<unknown> = fc.oneof(
  fc.constant('immediate'),
  ...when('activationAfter', fc.record({ kind: fc.constant('after'), duration: spans })),
  ...when('activationOn', fc.record({ kind: fc.constant('on'), event: fc.constant('survey'), within: spans })),
);

const cap = fc.record({ per: fc.record({ calendar: units }), points: fc.constantFrom(10, 40) });

const account = (id: string): Arb<Part> =>
  fc.record({
    id: fc.constant(id),
    negative: maybe(fc.constantFrom('allow', 'clamp')),
    activation: maybe(activations),
    expiry: maybe(expiries, 3),
    caps: optionally('caps', fc.array(cap, { minLength: 1, maxLength: 2 })),
  });

const rates: Arb<Part> = fc.record({
  account: accounts,
  rate: fc.record({ points: few(3), per: fc.constantFrom(1, 7, 100), of }),
  multiply: maybe(fc.constant({ tier: 'main' })),
  round: maybe(fc.constantFrom('floor', 'halfUp', 'ceil')),
  expiry: maybe(expiries),
});

const fixed: Arb<Part> = fc.record({ account: accounts, fixed: fc.constantFrom(1, 15, 30), expiry: maybe(expiries) });

const tagsGiven: Arb<Part> = fc.oneof(
  fc.record({ add: fc.constantFrom('x', 'lover'), for: maybe(fc.constantFrom('P2D', 'P1M'), 2) }),
  fc.record({ remove: fc.constantFrom('x', 'lover') }),
);

const outcome = (withRates: boolean): Arb<Part> =>
  fc.oneof(
    fc.record({ points: withRates ? fc.oneof(rates, fixed) : fixed }),
    fc.record({ tag: tagsGiven }),
    fc.constant({ offer: 'free' }),
    ...when(
      'tierOutcome',
      fc.record({ tier: fc.record({ system: fc.constant('main'), level: fc.constantFrom('low', 'mid', 'top') }) }),
    ),
    ...when('statusOutcome', fc.record({ status: fc.record({ set: fc.constantFrom('good', 'bad') }) })),
  );

// ---- campaigns ----------------------------------------------------------------------------------------------------------
const schedules = fc.record({
  start: maybe(fc.constantFrom('2026-02-01T00:00:00Z', '2026-03-08T00:00:00-05:00', '2026-03-09T00:00:00Z')),
  end: maybe(fc.constantFrom('2026-10-25T23:59:59Z', '2026-11-01T23:59:59-05:00', '2026-11-20T07:30:00Z')),
});

const limitSpans = fc.oneof(fc.record({ calendar: units }), fc.record({ rolling: spans }));
const limitsOf: Arb<Part> = fc
  .record({
    perCustomer: maybe(few(2), 2),
    per: maybe(limitSpans, 2),
    total: optionally('total', few(3), 2),
    budget: optionally('budget', fc.record({ points: fc.constantFrom(20, 40) }), 2),
  })
  .map(({ perCustomer, per, ...more }) => (perCustomer === undefined ? more : { perCustomer, per, ...more }));

const campaign = (id: string): Arb<Campaign> =>
  behaviors
    .chain((behavior) => {
      const counted = Object.values(behavior)
        .flat()
        .map((rule) => rule as Rule | undefined)
        .map((rule) => (rule?.absent === true ? 'nothing' : rule?.event));
      // What counts outcomes gives one and not for ever, so that a history does not end in thousands of them.
      const reported = ['purchase', 'survey', 'profile.updated', 'nothing', undefined];
      const isTriggered = counted.some((event) => !reported.includes(event));
      return fc.record({
        id: fc.constant(id),
        kind: fc.constant('promotion'),
        priority: maybe(fc.constantFrom(-1, 1)),
        schedule: maybe(schedules),
        target: maybe(targets),
        behavior: fc.constant(behavior),
        outcomes: fc.array(outcome(counted.includes('purchase') && !counted.includes('nothing')), {
          minLength: 1,
          maxLength: isTriggered ? 1 : 3,
        }),
        limits: isTriggered ? fc.record({ perCustomer: few(3) }) : maybe(limitsOf),
        group: optionally('groups', fc.constant('g'), 3),
        onReturn: optionally('clawback', fc.constant('clawback'), 4),
        shadow: optionally('shadow', fc.constant(true)),
      });
    })
    .map((each) => each as unknown as Campaign);

const base: Arb<Campaign> = fc
  .record({
    id: fc.constant('base'),
    kind: fc.constant('promotion'),
    base: fc.constant(true),
    behavior: fc.record({ all: fc.tuple(fc.record({ event: fc.constant('purchase'), where: maybe(wheres) })) }),
    schedule: maybe(schedules),
    target: maybe(targets),
    limits: maybe(limitsOf),
    outcomes: fc.array(fc.record({ points: rates }), { minLength: 1, maxLength: 2 }),
  })
  .map((each) => each as unknown as Campaign);

const sends: Arb<Campaign> = fc
  .record({
    id: fc.constant('hello'),
    kind: fc.constant('promotion'),
    target: maybe(targets),
    limits: maybe(limitsOf),
    outcomes: fc.array(outcome(false), { minLength: 1, maxLength: 2 }),
    shadow: optionally('shadow', fc.constant(true)),
  })
  .map((each) => each as unknown as Campaign);

// ---- tiers --------------------------------------------------------------------------------------------------------------
const level = (id: string, atLeast: number[]) =>
  fc.record({
    id: fc.constant(id),
    atLeast: fc.constantFrom(...atLeast),
    multiplier: maybe(fc.constantFrom(1.25, 1.3333, 2, 0.5)),
    sticky: optionally('sticky', fc.constant(true)),
    // Entering a level moves no level: such a program is refused.
    onEntry: optionally('onEntry', fc.array(outcome(false).filter(movesNoLevel), { minLength: 1, maxLength: 2 })),
  });

function movesNoLevel(given: Part): boolean {
  return !('tier' in given);
}

const tierWindows = fc.oneof(
  { weight: 3, arbitrary: fc.record({ calendar: units }) as Arb<Part> },
  ...when('tierRolling', fc.record({ rolling: spans }) as Arb<Part>).map((arbitrary) => ({ weight: 2, arbitrary })),
);

const hows = fc.constantFrom('full', ...(FEATURES.oneDown ? ['oneDown'] : []), ...(FEATURES.neverDown ? ['none'] : []));

interface Basis {
  readonly basis: unknown;
  /** What the second and third level may start at. */
  readonly steps: readonly [number[], number[]];
}

const bases: Arb<Basis> = fc.oneof(
  fc.record({ points: accounts }).map(
    (basis): Basis => ({
      basis,
      steps: [
        [10, 30],
        [40, 80],
      ],
    }),
  ),
  fc.constant<Basis>({
    basis: { spend: true },
    steps: [
      [500, 1500],
      [2500, 4000],
    ],
  }),
  fc.constant<Basis>({
    basis: { count: 'purchase' },
    steps: [
      [1, 2],
      [3, 4],
    ],
  }),
  ...when(
    'tierBehavior',
    behaviors.map((behavior): Basis => ({ basis: { behavior }, steps: [[1], [2]] })),
  ),
);

const tier = (id: string): Arb<Part> =>
  bases
    .chain(({ basis, steps }) =>
      fc.record({
        id: fc.constant(id),
        basis: fc.constant(basis),
        window: tierWindows,
        upgrade: optionally('windowEnd', fc.constant('windowEnd')),
        downgrade: maybe(fc.record({ how: hows, grace: optionally('grace', fc.constantFrom('P1D', 'P10D')) })),
        onReturn: optionally('revoke', fc.constant('revoke')),
        levels: fc.tuple(level('low', [0]), level('mid', steps[0]), level('top', steps[1])),
      }),
    )
    .map((each) => ('rolling' in each.window && each.upgrade === 'windowEnd' ? { ...each, upgrade: undefined } : each));

// ---- the program --------------------------------------------------------------------------------------------------------
const offers = fc.record({
  id: fc.constant('free'),
  kind: fc.constant('closedLoop'),
  validity: maybe(
    fc.record({
      for: maybe(fc.constantFrom('P2D', 'P1M'), 4),
      until: maybe(fc.constant('2026-11-10T00:00:00Z')),
    }),
    4,
  ),
});

const audience = (id: string) =>
  fc.record({ id: fc.constant(id), where: ofProfile.map((condition) => condition as unknown as Condition) });

const rewards = fc.tuple(
  fc.record({
    id: fc.constant('mug'),
    price: fc.record({ account: accounts, points: fc.constantFrom(1, 1, 1, 3, 12) }),
    perCustomer: maybe(fc.constant(2)),
    where: maybe(ofProfile.map((condition) => condition as unknown as Condition)),
    gives: maybe(fc.constant({ offer: 'free' })),
  }),
);

const rfms = fc.record({
  window: fc.constantFrom('P10D', 'P40D', 'P365D'),
  recencyDays: fc.constant([1, 5, 10, 20]),
  frequency: fc.constant([1, 2, 3, 4]),
  monetary: fc.constant([100, 1000, 2000, 5000]),
});

export const programs: Arb<Program> = fc
  .record({
    program: fc.constant('test'),
    currency: fc.constant('USD'),
    timeZone: zones,
    lateness: maybe(fc.constantFrom('P5D', 'P1M', 'P60D')),
    returns: maybe(fc.record({ window: fc.constantFrom('P5D', 'P2M') })),
    stores: fc.constant([
      { id: 'tokyo', timeZone: 'Asia/Tokyo', tags: ['east', 'far'] },
      { id: 'york', timeZone: 'America/New_York', tags: ['west'] },
      { id: 'bare', tags: ['east'] },
    ]),
    statuses: fc.constant([
      { id: 'good', default: true },
      { id: 'bad', earns: false },
    ]),
    events: fc.constant([{ type: 'survey' }]),
    points: fc.record({ accounts: fc.tuple(account('stars'), account('status')) }),
    tiers: fc
      .tuple(tier('main'), maybe(tier('second')))
      .map((systems) => systems.filter((system) => system !== undefined)),
    campaigns: fc
      .tuple(
        maybe(base, 4),
        campaign('one'),
        maybe(campaign('two'), 3),
        maybe(campaign('three'), 2),
        ...when('sends', sends),
      )
      .map((campaigns) => campaigns.filter((each) => each !== undefined)),
    offers: fc.tuple(offers),
    rfm: rfms,
    audiences: FEATURES.audiences ? fc.tuple(audience('regulars'), audience('others')) : fc.constant(undefined),
    rewards: optionally('rewards', rewards, 9),
  })
  // "The same on each of them."
  .chain((program) =>
    fc.constantFrom('first', 'highest').map((best) => ({
      ...program,
      campaigns: program.campaigns.map((each) => (each.group === undefined ? each : ({ ...each, best } as Campaign))),
    })),
  )
  .chain((program) => fc.boolean().map((tierless) => (tierless ? withoutTiers(program) : program)))
  .map((program) => JSON.parse(JSON.stringify(program)) as Program);

/** The same without tiers, where no condition asks for them. */
function withoutTiers<T extends { readonly campaigns: readonly unknown[] }>(program: T): T {
  const text = JSON.stringify({ ...program, tiers: undefined });
  if (text.includes('customer.tier.') || text.includes('"tier":{"system"')) return program;
  return JSON.parse(
    text.replaceAll('"multiply":{"tier":"main"},', '').replaceAll(',"multiply":{"tier":"main"}', ''),
  ) as T;
}
