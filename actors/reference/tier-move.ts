/** Changes of level, told (PROGRAM: Tiers). What a rise gives is owed, and given when tiers are settled. */
import { unitOf } from './calendar.js';
import type { TierSystem } from './document.js';
import { groundsAt, highestHeld, levelOf, tierOf, untilOf, windowAt } from './level.js';
import type { Completion, Given, Life, TierLife } from './life.js';
import { tell, zoneOf } from './life.js';
import type { Cause } from './outcome.js';

type Move = Extract<Given, { readonly move: unknown }>['move'];

/** From the level held to another. A rise owes `onEntry` "of each level passed, lowest first, once per level and window". */
export function change(
  life: Life,
  system: TierSystem,
  tier: TierLife,
  to: number,
  time: number,
  at: number,
  cause: Cause,
): void {
  const from = tier.level;
  tier.level = to;
  tier.since = time;
  tell(life, 'tier.changed', time, cause, {
    system: system.id,
    from: from === null ? null : system.levels[from]!.id,
    to: system.levels[to]!.id,
    since: time,
    until: untilOf(tier, to),
  });
  for (let level = from === null ? 0 : from + 1; level <= to; level++) {
    const { from: start } = windowAt(life, system, at);
    const given = tier.entries.some((entry) => entry.level === level && isSameWindow(system, entry.at, start));
    if (given) continue;
    tier.entries.push({ level, at: 'calendar' in system.window ? start : at });
    tier.owed.push({ level, time });
  }
}

/** Calendar: the same unit. Rolling: "`onEntry` not again within the span". */
function isSameWindow(system: TierSystem, entered: number, start: number): boolean {
  return 'calendar' in system.window ? entered === start : entered >= start;
}

/** A `tier` outcome: a move. It is good as long as if the level had been reached now. */
export function moveTo(
  life: Life,
  systemId: string,
  levelId: string,
  time: number,
  cause: Cause,
  completion: Completion | null,
): void {
  const system = life.program.tiers!.find(({ id }) => id === systemId)!;
  const tier = tierOf(life, system.id);
  const to = levelOf(system, levelId);
  if (tier.level === to) return;
  completion?.given.push({ move: { system: system.id, to: levelId, before: [...tier.grounds] } });
  const reached = {
    ...system,
    levels: system.levels.map((level) => ({ ...level, atLeast: Number.NEGATIVE_INFINITY })),
  };
  tier.grounds = tier.grounds.filter(({ level }) => level <= to);
  if (to > 0) tier.grounds.push(...groundsAt(life, reached, [], time).filter(({ level }) => level === to));
  change(life, system, tier, to, time, time, cause);
}

/** A clawback "undoes a tier move". */
export function undoMove(life: Life, { system: id, to, before }: Move, time: number, cause: Cause): void {
  const system = life.program.tiers!.find((each) => each.id === id)!;
  const tier = tierOf(life, id);
  if (tier.level !== levelOf(system, to)) return;
  tier.grounds = [...before];
  const left = highestHeld(life, system, tier, life.arrival);
  if (left !== tier.level) change(life, system, tier, left, time, time, cause);
}

/** The window after a fall, for `oneDown`. */
export function endAfterFall(
  life: Life,
  system: TierSystem,
  fall: number,
  plus: (at: number, span: string) => number,
): number {
  const { window } = system;
  // "`oneDown` is kept to the end of the window the fall is in; rolling: the fall plus the span."
  return 'calendar' in window
    ? unitOf(window.calendar, zoneOf(life), fall + 1_000).lastSecond
    : plus(fall, window.rolling);
}
