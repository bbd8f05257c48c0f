/** "Then campaigns triggered by those outcomes, at most 8 deep" (PROGRAM: "One event, in order"). */
import { judgeCampaigns } from './campaigns.js';
import type { Life } from './life.js';
import { inOrder, rulesOf } from './life.js';
import { rfmAt } from './rfm.js';
import { countedNow, settleTiers } from './tiers.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';

const DEPTH_MAX = 8;

/** Every outcome told since `from` is judged like an event, and then those that came of it. */
export function judgeTriggered(life: Life, from: number, eventId: string | undefined): void {
  const counted = new Set(
    inOrder(life.program).flatMap(({ behavior }) =>
      behavior === undefined ? [] : rulesOf(behavior).map(({ event }) => event),
    ),
  );
  let start = from;
  for (let depth = 1; depth <= DEPTH_MAX; depth++) {
    const outcomes = life.told.slice(start);
    start = life.told.length;
    for (const { type, time, data } of outcomes) {
      if (!counted.has(type)) continue;
      const event = { id: eventId ?? '', type, time, data };
      const view = viewOf(life, event, NOT_MEASURED, customerView(life, time, rfmAt(life, time)));
      const before = countedNow(life);
      judgeCampaigns(life, view, undefined, eventId);
      settleTiers(life, { before, time, cause: { eventId }, view, returned: undefined });
    }
    if (life.told.length === start) return;
  }
}
