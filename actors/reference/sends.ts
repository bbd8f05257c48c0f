/**
 * A campaign without `behavior` is a send: "its outcomes go to every customer in the target at `schedule.at`, by `every`, or
 * at publication, each through the customer's own journal, at most once per run" (PROGRAM: Campaigns).
 */
import { settleAudiences } from './audiences.js';
import { giveOutcomes, mayCount } from './campaigns.js';
import { fallDue } from './due.js';
import type { Completion, Life } from './life.js';
import { progressOf } from './life.js';
import type { Cause } from './outcome.js';
import { rfmAt } from './rfm.js';
import { countedNow, settleTiers } from './tiers.js';
import { judgeTriggered } from './triggered.js';
import { customerView, NOT_MEASURED, viewOf } from './view.js';

/** A run of an instant comes by at an arrival. Whether it, or what was due before it, did anything. */
export function send(life: Life, campaignId: string, run: number, at: number): boolean {
  const fell = fallDue(life, life.arrival, false);
  const after = life.after;
  life.after = Math.max(after, life.arrival - 1);
  const campaign = life.program.campaigns!.find(({ id }) => id === campaignId)!;
  const event = { id: '', type: 'send', time: at, data: {} };
  const view = viewOf(life, event, NOT_MEASURED, customerView(life, at, rfmAt(life, at)));
  const mayReceive = !life.runs.includes(run) && mayCount(life, campaign, view);
  if (mayReceive) {
    life.runs.push(run);
    const cause: Cause = { campaignId };
    const from = life.told.length;
    const before = countedNow(life);
    const completion = received(campaignId, at);
    progressOf(life, campaignId).completions.push(completion);
    giveOutcomes(life, campaign, completion, view, undefined, cause);
    settleTiers(life, { before, time: at, cause, returned: undefined });
    settleAudiences(life, at, life.arrival, cause);
    judgeTriggered(life, from, undefined, at, life.arrival);
  }
  if (fell || mayReceive) {
    fallDue(life, life.arrival, true);
    life.after = life.arrival;
  } else life.after = after;
  return fell || mayReceive;
}

/** It counts in the campaign's limits. */
function received(campaign: string, time: number): Completion {
  return { campaign, time, counted: [], steps: [], full: [], spent: [], gave: true, stands: true, given: [] };
}
