/** Changes of level, told, with what entries give; moves by outcomes, and moves undone (PROGRAM: Tiers, Campaigns). */
import type { Outcome, TierSystem } from './document.js';
import { groundAt, highestNow, levelOf, tierOf, untilOf, windowAt } from './level.js';
import type { Completion, Life } from './life.js';
import { tell } from './life.js';
import type { Cause } from './outcome.js';

/** Gives the outcomes of an entry. */
export type Enter = (outcomes: readonly Outcome[], system: string) => void;

export interface Change {
  readonly to: number;
  readonly time: number;
  readonly cause: Cause;
  /** Undefined: a rise that gives no entries. */
  readonly enter: Enter | undefined;
}

/** From the level held to another. "A rise gives `onEntry` of each level passed, lowest first, once per level and window; a fall gives none." */
export function change(life: Life, system: TierSystem, { to, time, cause, enter }: Change): void {
  const tier = tierOf(life, system.id);
  const from = tier.level;
  tier.level = to;
  // "`since` the event's time (for a fall, `until` plus grace)."
  tier.since = time;
  tell(life, 'tier.changed', time, cause, {
    system: system.id,
    from: from === null ? null : system.levels[from]!.id,
    to: system.levels[to]!.id,
    since: time,
    until: untilOf(tier, to),
  });
  if (enter === undefined) return;
  const passed = system.levels.map((_, level) => level).filter((level) => level > (from ?? -1) && level <= to);
  const entered = passed.filter(
    (level) => !tier.entries.some((entry) => entry.level === level && isOneWindow(life, system, entry.at, time)),
  );
  for (const level of entered) tier.entries.push({ level, at: time });
  for (const level of entered) enter(system.levels[level]!.onEntry ?? [], system.id);
}

/** Rolling: "`onEntry` not again within the span". */
function isOneWindow(life: Life, system: TierSystem, a: number, b: number): boolean {
  const { from, before } = windowAt(life, system, Math.max(a, b));
  return Math.min(a, b) >= from && Math.min(a, b) < before;
}

/** A `tier` outcome, "a move": the level as if it had been reached now; what holds those above is taken away for as long. */
export function moveTo(
  life: Life,
  systemId: string,
  levelId: string,
  time: number,
  cause: Cause,
  completion: Completion | null,
  enter: Enter,
): void {
  const system = life.program.tiers!.find(({ id }) => id === systemId)!;
  const tier = tierOf(life, system.id);
  if (tier.level === null) change(life, system, { to: 0, time, cause, enter });
  const to = levelOf(system, levelId);
  for (const ground of tier.grounds.filter(({ level, under }) => level > to && under === null)) {
    if (completion === null) tier.grounds.splice(tier.grounds.indexOf(ground), 1);
    else ground.under = completion;
  }
  if (to > 0) tier.grounds.push(groundAt(life, system, to, time, { move: completion }));
  completion?.given.push({ moved: system.id });
  settleMove(life, system, Math.min(to, highestNow(life, system, tier)), time, cause, enter);
}

/** A clawback "undoes a tier move". */
export function undoMoves(life: Life, systemId: string, completion: Completion, time: number, cause: Cause): void {
  const system = life.program.tiers!.find(({ id }) => id === systemId)!;
  const tier = tierOf(life, systemId);
  tier.grounds = tier.grounds.filter(({ by }) => typeof by === 'string' || by.move !== completion);
  for (const ground of tier.grounds) if (ground.under === completion) ground.under = null;
  settleMove(life, system, highestNow(life, system, tier), time, cause, undefined);
}

function settleMove(
  life: Life,
  system: TierSystem,
  to: number,
  time: number,
  cause: Cause,
  enter: Enter | undefined,
): void {
  if (to !== tierOf(life, system.id).level) change(life, system, { to, time, cause, enter });
}
