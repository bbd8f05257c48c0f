/** "Then campaigns triggered by those outcomes, at most 8 deep" (PROGRAM: "One event, in order"). */
import { settleAudiences } from './audiences.js';
import { judgeCampaigns } from './campaigns.js';
import type { Life, ReportedEvent } from './life.js';
import { basesOf, inOrder, rulesOf } from './life.js';
import type { ReferenceOutcome } from './outcome.js';
import { rfmAt } from './rfm.js';
import { countedNow, settleTiers } from './tiers.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';

const DEPTH_MAX = 8;

/**
 * Every outcome told since `from` is judged like an event, as things then stand; then tiers; then what came of it.
 * `reported` is undefined where time brought them.
 */
export function judgeTriggered(
  life: Life,
  from: number,
  reported: ReportedEvent | undefined,
  time: number,
  at: number,
): void {
  if (!life.triggered) return;
  const behaviors = [...inOrder(life.program), ...basesOf(life.program)].flatMap(({ behavior }) =>
    behavior === undefined ? [] : [behavior],
  );
  const counted = new Set(behaviors.flatMap((behavior) => rulesOf(behavior).map(({ event }) => event)));
  let start = from;
  for (let depth = 1; depth <= DEPTH_MAX; depth++) {
    const outcomes = life.told.slice(start).filter((each) => counted.has(each.type) && !isSaid(each, reported));
    start = life.told.length;
    const before = countedNow(life);
    for (const outcome of outcomes) {
      life.order++;
      // An outcome is an event of its own: "one event serves one rule".
      const event = { id: `outcome ${life.order}`, type: outcome.type, time: outcome.time, data: outcome.data };
      const rfm = rfmAt(life, outcome.time);
      const view = viewOf(life, event, NOT_MEASURED, customerView(life, outcome.time, rfm));
      judgeCampaigns(life, view, undefined, reported?.id);
    }
    if (outcomes.length === 0) return;
    settleTiers(life, { before, time, cause: { eventId: reported?.id }, returned: undefined });
    settleAudiences(life, time, at, { eventId: reported?.id });
  }
}

/** What an event says of itself is that event, and not judged twice. */
function isSaid({ type, cause }: ReferenceOutcome, reported: ReportedEvent | undefined): boolean {
  return type === reported?.type && cause.campaignId === undefined && cause.tier === undefined;
}
