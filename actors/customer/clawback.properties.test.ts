/**
 * What must hold of clawback whatever happens: of one campaign, what comes back leaves nothing behind. Every step of a
 * scenario also proves that the judged state is the fold of its outcomes. It is long because its programs are many.
 */
import { deepStrictEqual as deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import t from 'tap';
import type { Program } from '../program/program.js';
import { fromRow, toRow } from './row.js';
import { event, giveBack, programOf, purchase, type Reported, Scenario } from './scenario.js';
import type { CustomerState } from './state.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const runs = { seed, numRuns: 400 };
const packr = new Packr({ useRecords: false });

const HOUR_MS = 3_600_000;
const START = Date.UTC(2026, 2, 1, 12);
const iso = (at: number) => new Date(at).toISOString();

const measures = fc.constantFrom<object>(
  {},
  { times: 2 },
  { times: 3 },
  { sum: { of: 'amount', atLeast: 500 } },
  { sum: { of: 'amount', atLeast: 1500 } },
  { distinct: { of: 'storeId', atLeast: 2 } },
  { distinct: { of: 'day', atLeast: 3 } },
);
const windows = fc.constantFrom<object>(
  {},
  { within: { rolling: 'P2D' } },
  { within: { rolling: 'P5D' } },
  { within: { calendar: 'week' } },
);
const wheres = fc.constantFrom<object>({}, {}, { where: { field: 'amount', gte: 300 } });
const ruleOf = (eventType: string) =>
  fc.tuple(measures, windows, wheres).map(([measure, window, where]): object => {
    if (eventType === 'purchase') return { event: eventType, ...measure, ...window, ...where };
    return { event: eventType, ...window };
  });
const rules = fc.oneof(
  fc.tuple(ruleOf('purchase')),
  fc.tuple(ruleOf('purchase'), ruleOf('purchase')),
  fc.tuple(ruleOf('purchase'), ruleOf('check')),
);
const streaks = fc.constantFrom<object>(
  { streak: { unit: 'day', atLeast: 2 } },
  { streak: { unit: 'day', atLeast: 3 }, within: { rolling: 'P5D' } },
);
const carrying = fc
  .tuple(fc.constantFrom(500, 1500), windows)
  .map(([atLeast, window]) => [{ event: 'purchase', sum: { of: 'amount', atLeast, carry: true }, ...window }]);
/** What counts does not depend on what counted before. */
const independent = fc.oneof(
  { weight: 3, arbitrary: rules.map((all): object => ({ all })) },
  { weight: 1, arbitrary: rules.map((all): object => ({ all, sameEvent: true })) },
  { weight: 2, arbitrary: rules.map((any): object => ({ any })) },
);
const plain = fc.oneof(
  { weight: 5, arbitrary: independent },
  { weight: 2, arbitrary: carrying.map((all): object => ({ all })) },
);
/** Without windows that a match closes by arriving: what it drops does not come back with it. */
const reversible = fc.oneof(
  { weight: 5, arbitrary: plain },
  { weight: 2, arbitrary: rules.map((sequence): object => ({ sequence })) },
  { weight: 1, arbitrary: streaks.map((measure): object => ({ all: [{ event: 'purchase', ...measure }] })) },
);
const sinceFirst = fc
  .tuple(fc.constantFrom<object>({ times: 2 }, { sum: { of: 'amount', atLeast: 700 } }), fc.constantFrom('P2D', 'P4D'))
  .map(([measure, span]): object => ({ event: 'purchase', ...measure, within: { sinceFirst: span } }));
const every = fc.oneof(
  { weight: 4, arbitrary: reversible },
  { weight: 1, arbitrary: sinceFirst.map((rule): object => ({ all: [rule] })) },
  { weight: 1, arbitrary: fc.tuple(sinceFirst, ruleOf('purchase')).map((sequence): object => ({ sequence })) },
);
const outcomes = fc
  .subarray(
    [
      { points: { account: 'stars', fixed: 50 } },
      { points: { account: 'stars', rate: { points: 3, per: 100, of: 'amount' } } },
      { offer: 'o' },
      { tag: { add: 'x', for: 'P40D' } },
      { tag: { add: 'y' } },
    ],
    { minLength: 1 },
  )
  .chain((some) => fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length }));

function programs(behaviors: fc.Arbitrary<object>, limits: fc.Arbitrary<object>): fc.Arbitrary<Program> {
  return fc.tuple(behaviors, outcomes, limits).map(([behavior, gives, more]) =>
    programOf({
      events: [{ type: 'check' }],
      offers: [{ id: 'o', kind: 'closedLoop', validity: { for: 'P60D' } }],
      campaigns: [{ id: 'c', kind: 'promotion', behavior, outcomes: gives, onReturn: 'clawback', ...more }],
    }),
  );
}

const limits = fc.constantFrom<object>(
  {},
  { limits: { perCustomer: 1 } },
  { limits: { perCustomer: 2, per: { calendar: 'week' } } },
  { limits: { perCustomer: 1, per: { rolling: 'P3D' } } },
);

interface Step {
  readonly after: number;
  readonly late: number;
  readonly make: (id: string, time: string) => Reported;
}

const what = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.integer({ min: 0, max: 900 }), fc.constantFrom('s', 'u')).map(bought) },
  { weight: 2, arbitrary: fc.constant((id: string, time: string) => event('check', id, time, {})) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('P3D', 'P45D', undefined)
      .map(
        (span) => (id: string, time: string) =>
          event('tag.added', id, time, { tag: 'x', ...(span === undefined ? {} : { for: span }) }),
      ),
  },
  { weight: 1, arbitrary: fc.constant((id: string, time: string) => event('tag.removed', id, time, { tag: 'x' })) },
);

function bought([total, storeId]: readonly [number, string]): Step['make'] {
  return (id, time) => purchase(id, time, { total, storeId });
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 40 }).map((hours) => hours * HOUR_MS),
    late: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 })).map((hours) => hours * HOUR_MS),
    make: what,
  }),
  { minLength: 1, maxLength: 14 },
);

function historyOf(list: readonly Step[]): Reported[] {
  let stamp = START;
  return list.map(({ after, late, make }, i) => {
    stamp += after;
    return { ...make(`e${i}`, iso(stamp - late)), stamp };
  });
}

/** What the purchase can have changed, but for sums over a whole life. */
function trace(state: CustomerState): object {
  return {
    balances: state.accounts.map(({ id, active, debt }) => [id, active - debt]).filter(([, balance]) => balance !== 0),
    tags: [...state.tags].sort((a, b) => (a.tag < b.tag ? -1 : 1)),
    offers: state.offers,
    progress: state.behaviors
      .map(({ campaignId, completions, given, rules, completed }) => ({
        campaignId,
        completions,
        given,
        rules: [...rules].sort((a, b) => (a.name < b.name ? -1 : 1)),
        completed,
      }))
      .filter(({ completions, rules }) => completions > 0 || rules.length > 0),
  };
}

function wholeReturn(id: string, { event: { data } }: Reported, stamp: number): Reported {
  const { transactionId, total } = data as { transactionId: string; total: number };
  return { ...giveBack(id, iso(stamp), transactionId, total), stamp };
}

const isPurchase = ({ event: { type } }: Reported) => type === 'purchase';

t.test('the return of a purchase leaves points, tags, offers, progress and limits as before it', (t) => {
  fc.assert(
    fc.property(
      programs(reversible, limits),
      steps,
      what,
      fc.integer({ min: 0, max: 60 }),
      (program, list, last, late) => {
        const scenario = new Scenario(program);
        for (const reported of historyOf(list)) scenario.report(reported);
        const stamp = scenario.state!.arrival;
        const bought = { ...last('last', iso(stamp - late * HOUR_MS)), stamp };
        if (!isPurchase(bought)) return;
        const before = trace(structuredClone(scenario.state!));
        scenario.report(bought);
        scenario.report(wholeReturn('r', bought, stamp));
        // One that stands by others' own events may have come by a late purchase.
        if (scenario.state!.behaviors.some(({ completed }) => completed.some(({ at }) => at === bought.event.time)))
          return;
        deepEqual(trace(scenario.state!), before);
      },
    ),
    runs,
  );
  t.end();
});

t.test('the return of everything leaves what there would be without a purchase, in whatever order and parts', (t) => {
  const parts = fc.array(fc.record({ pick: fc.nat(100), percent: fc.nat(100) }), { maxLength: 8 });
  fc.assert(
    fc.property(
      programs(plain, fc.constant({})),
      steps,
      parts,
      fc.infiniteStream(fc.nat(1000)),
      (program, list, some, order) => {
        const history = historyOf(list);
        const scenario = new Scenario(program);
        for (const reported of history) scenario.report(reported);
        const stamp = scenario.state!.arrival;
        const left = new Map(
          history.filter(isPurchase).map((each) => [each, (each.event.data as { total: number }).total]),
        );
        let n = 0;
        const back = (each: Reported, amount: number) => {
          scenario.report({ ...giveBack(`r${n++}`, iso(stamp), each.event.id, amount), stamp });
          left.set(each, left.get(each)! - amount);
        };
        const bought = [...left.keys()];
        for (const { pick, percent } of bought.length === 0 ? [] : some) {
          const each = bought[pick % bought.length]!;
          back(each, Math.floor((left.get(each)! * percent) / 100));
        }
        const places = order[Symbol.iterator]();
        bought.sort(() => (places.next().value! % 2 === 0 ? -1 : 1));
        for (const each of bought) back(each, left.get(each)!);
        const without = new Scenario(program);
        for (const reported of history) if (!isPurchase(reported)) without.report(reported);
        for (const each of [scenario, without]) each.time(iso(stamp));
        if (without.state === undefined)
          deepEqual(trace(scenario.state!), { balances: [], tags: [], offers: [], progress: [] });
        else deepEqual(withoutOrder(trace(scenario.state!)), withoutOrder(trace(without.state)));
      },
    ),
    runs,
  );
  t.end();
});

/** Matches and issues are numbered as they arrive. */
function withoutOrder(shown: object): object {
  const unnumbered = (key: string, value: unknown) => {
    if (key === 'matches') return (value as unknown[][]).map((match) => match.slice(0, 3));
    return key === 'offers' ? (value as object[]).map((issue) => ({ ...issue, id: '' })) : value;
  };
  return JSON.parse(JSON.stringify(shown, unnumbered)) as object;
}

t.test('the order of returns does not change what they come to', (t) => {
  const parts = fc.array(fc.record({ pick: fc.nat(100), percent: fc.constantFrom(10, 30, 50) }), {
    minLength: 2,
    maxLength: 6,
  });
  const orders = parts.chain((some) =>
    fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length, maxLength: some.length })),
  );
  fc.assert(
    fc.property(programs(independent, limits), steps, orders, (program, list, [first, second]) => {
      const history = historyOf(list);
      const bought = history.filter(isPurchase);
      if (bought.length === 0) return;
      const after = (parts: typeof first) => {
        const scenario = new Scenario(program);
        for (const reported of history) scenario.report(reported);
        const stamp = scenario.state!.arrival;
        parts.forEach(({ pick, percent }, i) => {
          const each = bought[pick % bought.length]!;
          const amount = Math.floor(((each.event.data as { total: number }).total * percent) / 300);
          scenario.report({ ...giveBack(`r${i}`, iso(stamp), each.event.id, amount), stamp });
        });
        return trace(scenario.state!);
      };
      deepEqual(after(second), after(first));
    }),
    runs,
  );
  t.end();
});

t.test('a row comes back as the state it was made of', (t) => {
  fc.assert(
    fc.property(programs(every, limits), steps, fc.array(fc.nat(20)), (program, list, returns) => {
      const scenario = new Scenario(program);
      const history = historyOf(list);
      for (const reported of history) scenario.report(reported);
      returns.forEach((pick, i) => {
        const each = history[pick % history.length]!;
        if (isPurchase(each)) scenario.report(wholeReturn(`r${i}`, each, scenario.state!.arrival));
        const back = fromRow(packr.unpack(packr.pack(toRow(scenario.state!))) as unknown[]);
        deepEqual(back, scenario.state);
      });
    }),
    { seed, numRuns: 100 },
  );
  t.end();
});
