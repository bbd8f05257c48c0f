/** The level held is what a plain search over the whole history finds: nothing forgotten, merged or remembered wrongly. */
import { deepStrictEqual as deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import type { Program } from '../program/program.js';
import { addDuration, parseDuration } from '../time/duration.js';
import { giveBack, programOf, purchase, type Reported, Scenario } from './scenario.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 20, 12);
const LEVELS = [
  { id: 'low', atLeast: 0 },
  { id: 'mid', atLeast: 500 },
  { id: 'top', atLeast: 1500 },
];
const WINDOWS = [
  { rolling: 'P5D' },
  { rolling: 'P20D' },
  { rolling: 'P1M' },
  { calendar: 'week' },
  { calendar: 'month' },
] as const;
type Window = (typeof WINDOWS)[number];

const programWith = (window: Window, onReturn: string): Program =>
  programOf({ tiers: [{ id: 'main', basis: { spend: true }, window, onReturn, levels: LEVELS }] });

interface Step {
  readonly after: number;
  readonly late: number;
  readonly amount: number;
  /** A return of the purchase so many steps before; 0: a purchase. */
  readonly back: number;
}

const steps = fc.array(
  fc.record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 4 * DAY_MS })),
    late: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 0, max: 25 * DAY_MS })),
    amount: fc.integer({ min: 0, max: 900 }),
    back: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 4 })),
  }),
  { minLength: 1, maxLength: 40 },
);

/** What counted, in the order it arrived: [time, amount]. */
type Counted = [at: number, amount: number];

/** The spans, ended or around, that an addition at `time` is judged by: [after, up to, until]. */
function spansOf(
  window: Window,
  counted: readonly Counted[],
  time: number,
  always: boolean,
): [number, number, number][] {
  if ('calendar' in window) {
    const next = (at: number) => {
      const date = new Date(at);
      if (window.calendar === 'month') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
      const day = Math.floor(at / DAY_MS);
      return (day + 7 - ((day + 3) % 7)) * DAY_MS;
    };
    const date = new Date(time);
    const start =
      window.calendar === 'month' ? Date.UTC(date.getUTCFullYear(), date.getUTCMonth()) : next(time) - 7 * DAY_MS;
    return [[start - 1, next(time) - 1, next(next(time)) - 1000]];
  }
  const span = parseDuration(window.rolling)!;
  const back = parseDuration(window.rolling)!;
  const spans: [number, number, number][] = [];
  const ends = new Set([time, ...counted.map(([at]) => at)]);
  for (const end of ends) {
    const after = minus(end, back);
    const added = counted.reduce((sum, [at, amount]) => (at === end ? sum + amount : sum), 0);
    if (end === time || (end > time && after < time && (added > 0 || always)))
      spans.push([after, end, addDuration(end, span, 'UTC')]);
  }
  return spans;
}

/** The instant so long before, by search: the last that is not after it in any other reading. */
function minus(at: number, { months, ms }: { months: number; ms: number }): number {
  const date = new Date(at);
  if (months === 0) return at - ms;
  const day = date.getUTCDate();
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months, 1);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - months + 1, 0)).getUTCDate();
  return first + (Math.min(day, last) - 1) * DAY_MS + (at % DAY_MS) - ms;
}

/** Level by level the latest until any addition has ever given it. */
class Search {
  readonly counted: Counted[] = [];
  readonly untils = LEVELS.map(() => Number.NEGATIVE_INFINITY);

  constructor(readonly window: Window) {}

  add(at: number, amount: number, always = false): void {
    this.counted.push([at, amount]);
    if (amount <= 0 && !always) return;
    for (const [after, upTo, until] of spansOf(this.window, this.counted, at, always)) {
      const sum = this.sum(after, upTo);
      LEVELS.forEach(({ atLeast }, i) => {
        if (sum >= atLeast) this.untils[i] = Math.max(this.untils[i]!, until);
      });
    }
  }

  sum(after: number, upTo: number): number {
    return this.counted.reduce((sum, [at, amount]) => (at > after && at <= upTo ? sum + amount : sum), 0);
  }

  /** At an instant, before what ends then has ended. */
  level(now: number): string {
    for (let i = LEVELS.length - 1; i > 0; i--) if (this.untils[i]! >= now) return LEVELS[i]!.id;
    return 'low';
  }
}

/** Plays the steps; `each` is told what was reported and what of it counted. */
function play(
  scenario: Scenario,
  all: readonly Step[],
  each: (reported: Reported, counted: Counted | undefined) => void,
): void {
  let stamp = START;
  const bought: { id: string; at: number; left: number }[] = [];
  all.forEach(({ after, late, amount, back }, i) => {
    stamp += after;
    const original = back === 0 ? undefined : bought[bought.length - back];
    if (original !== undefined) {
      const taken = Math.min(amount, original.left);
      original.left -= taken;
      const reported = giveBack(`r${i}`, new Date(stamp).toISOString(), original.id, taken);
      scenario.report(reported);
      each(reported, [original.at, -taken]);
      return;
    }
    const time = stamp - late;
    const reported = { ...purchase(`p${i}`, new Date(time).toISOString(), amount), stamp };
    scenario.report(reported);
    bought.push({ id: `p${i}`, at: time, left: amount });
    each(reported, [time, amount]);
  });
}

t.test('the level held, until when and what it has are what a search over the whole history finds', (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...WINDOWS), steps, (window, all) => {
      const scenario = new Scenario(programWith(window, 'keep'));
      const search = new Search(window);
      play(scenario, all, ({ event, stamp }, counted) => {
        if (counted !== undefined) search.add(...counted);
        // What ends at this very instant has ended after its events.
        const now = (stamp ?? event.time) + 1;
        const shown = (scenario.profile(now).tiers as Record<string, { level: string; until: string; have: number }>)
          .main!;
        const level = search.level(now);
        equal(shown.level, level);
        const until = search.untils[LEVELS.findIndex(({ id }) => id === level)]!;
        equal(shown.until, level === 'low' ? null : new Date(until).toISOString().replace('.000Z', 'Z'));
        if ('rolling' in window) equal(shown.have, search.sum(minus(now, parseDuration(window.rolling)!), now));
      });
    }),
    { seed, numRuns: 1000 },
  );
  t.end();
});

t.test(
  'under revoke a level above the lowest is held only while some window holds enough, and as long as one does',
  (t) => {
    fc.assert(
      fc.property(fc.constantFrom(...WINDOWS), steps, (window, all) => {
        const scenario = new Scenario(programWith(window, 'revoke'));
        const history: Counted[] = [];
        play(scenario, all, ({ event, stamp }, counted) => {
          if (counted !== undefined) history.push(counted);
          const now = (stamp ?? event.time) + 1;
          // The same purchases less what has come back, all known from the start.
          const left = new Map<number, number>();
          for (const [at, amount] of history) left.set(at, (left.get(at) ?? 0) + amount);
          const least = new Search(window);
          const most = new Search(window);
          for (const [at, amount] of left) least.add(at, amount);
          // A renewal by what has come back stands while the sum it was judged by does.
          for (const [at, amount] of left) most.add(at, amount, true);
          const place = (level: string) => LEVELS.findIndex(({ id }) => id === level);
          const { level } = (scenario.profile(now).tiers as Record<string, { level: string }>).main!;
          ok(place(level) >= place(least.level(now)), `${level} is less than ${least.level(now)}`);
          ok(place(level) <= place(most.level(now)), `${level} is more than ${most.level(now)}`);
        });
      }),
      { seed, numRuns: 1000 },
    );
    t.end();
  },
);

t.test('in whatever order purchases arrive, the level held in the end is the same', (t) => {
  const orders = fc.tuple(
    fc.constantFrom(...WINDOWS),
    fc.array(fc.record({ day: fc.integer({ min: 0, max: 25 * DAY_MS }), amount: fc.integer({ min: 1, max: 900 }) }), {
      minLength: 1,
      maxLength: 12,
    }),
    fc.infiniteStream(fc.nat(1000)),
  );
  fc.assert(
    fc.property(orders, ([window, bought, picks]) => {
      const end = START + 26 * DAY_MS;
      const report = (order: readonly number[]) => {
        const scenario = new Scenario(programWith(window, 'keep'));
        for (const i of order) {
          const { day, amount } = bought[i]!;
          scenario.report({ ...purchase(`p${i}`, new Date(START + day).toISOString(), amount), stamp: end });
        }
        const { level, until, have } = (scenario.profile(end).tiers as Record<string, Record<string, unknown>>).main!;
        return { level, until, have };
      };
      const ascending = bought.map((_, i) => i).sort((a, b) => bought[a]!.day - bought[b]!.day);
      const shuffled = ascending.map((i) => [picks.next().value as number, i] as const).sort((a, b) => a[0] - b[0]);
      deepEqual(report(shuffled.map(([, i]) => i)), report(ascending));
    }),
    { seed, numRuns: 500 },
  );
  t.end();
});
