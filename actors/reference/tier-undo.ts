/** A clawback "undoes a tier move" (PROGRAM: Behaviors). */

import { highestHeld, levelOf, tierOf } from './level.js';
import type { Completion, Life } from './life.js';
import type { Cause } from './outcome.js';
import { change } from './tier-move.js';

export function undoMoves(life: Life, completion: Completion, time: number, cause: Cause): void {
  for (const { system: id, to, before } of completion.tierMoves) {
    const system = life.program.tiers!.find((each) => each.id === id)!;
    const tier = tierOf(life, id);
    if (tier.level !== levelOf(system, to)) continue;
    tier.grounds = [...before.grounds];
    const left = highestHeld(life, system, tier, life.arrival);
    if (left !== tier.level) change(life, system, tier, left, time, time, cause);
  }
}
