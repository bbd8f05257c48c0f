/**
 * Checks of a campaign without a behavior, which is a send (PROGRAM: Campaigns): nobody reports an event there, so
 * nothing in it may ask one.
 */
import { parseCron } from '../time/cron.js';
import { parseInstant } from '../time/instant.js';
import type { Checking } from './check-campaign.js';
import type { CampaignDocument } from './document-campaign.js';
import type { ConditionDocument } from './document-condition.js';
import { listAt } from './names.js';
import { at, type Problems, shown } from './problem.js';

type Schedule = NonNullable<CampaignDocument['schedule']>;

/** `campaign` has no behavior. Each part is checked where its own shape is right. */
export function checkSend(campaign: Partial<CampaignDocument>, pointer: string, checking: Checking): void {
  const { problems } = checking;
  const sound = (key: keyof CampaignDocument): boolean =>
    campaign[key] !== undefined && checking.sound(at(pointer, key));
  if (sound('schedule')) checkSchedule(campaign.schedule!, at(pointer, 'schedule'), problems);
  if (sound('target') && 'where' in campaign.target!)
    askNoEvent(campaign.target.where, `${pointer}/target/where`, problems);
  if (sound('base') && campaign.base === true) {
    problems.add(
      at(pointer, 'base'),
      'base_rules',
      'A campaign without behavior is a send and no base; give it behavior: {all: [{event: purchase}]}.',
    );
  }
  if (sound('onReturn') && campaign.onReturn === 'clawback') {
    problems.add(
      at(pointer, 'onReturn'),
      'clawback_needs_behavior',
      'Without behavior no purchase completes anything, and no return takes it back; leave onReturn out.',
    );
  }
  if (sound('group')) {
    problems.add(
      at(pointer, 'group'),
      'group_needs_behavior',
      'Of a group one gives of those that complete by one event; a campaign without behavior runs alone: leave group and best out.',
    );
  }
  listAt(campaign, 'outcomes').forEach((outcome, i) => {
    const here = `${pointer}/outcomes/${i}`;
    if (!checking.sound(here) || typeof outcome !== 'object' || outcome === null) return;
    const { points } = outcome as { points?: { rate?: unknown } };
    if (points?.rate === undefined) return;
    problems.add(
      `${here}/points/rate`,
      'rate_needs_purchase',
      'A campaign without behavior is a send: there is no purchase to take a rate of; use fixed.',
    );
  });
}

/** `at` and `every` are of sends alone. `campaign` has a behavior, `schedule` the right shape. */
export function checkNoSend(schedule: Schedule, pointer: string, problems: Problems): void {
  for (const key of ['at', 'every'] as const) {
    if (schedule[key] === undefined) continue;
    problems.add(
      at(pointer, key),
      'send_only',
      `${key} says when a campaign without behavior sends; use start and end, or leave the behavior out.`,
    );
  }
}

function checkSchedule({ start, end, at: instant, every }: Schedule, pointer: string, problems: Problems): void {
  if (instant !== undefined && every !== undefined) {
    problems.add(at(pointer, 'every'), 'at_or_every', 'A send has at or every, not both; write two campaigns.');
  }
  if (instant !== undefined) {
    const time = parseInstant(instant)!;
    const early = start !== undefined && time < parseInstant(start)!;
    if (early || (end !== undefined && time > parseInstant(end)!)) {
      const bound = early ? `before start, ${start}` : `after end, ${end}`;
      problems.add(at(pointer, 'at'), 'at_outside_schedule', `${instant} is ${bound}: it would never be sent.`);
    }
  }
  if (every === undefined) return;
  const cron = parseCron(typeof every === 'string' ? every : every.cron);
  const here = at(pointer, 'every');
  if (typeof cron === 'string') problems.add(typeof every === 'string' ? here : at(here, 'cron'), 'invalid_cron', cron);
}

function askNoEvent(condition: ConditionDocument, pointer: string, problems: Problems): void {
  if ('field' in condition) {
    const { field } = condition;
    if (!field.startsWith('customer.') && !field.startsWith('local.')) {
      problems.add(at(pointer, 'field'), 'needs_event', noEvent(shown(field)));
    }
  } else if ('all' in condition) {
    condition.all.forEach((child, i) => {
      askNoEvent(child, `${pointer}/all/${i}`, problems);
    });
  } else if ('any' in condition) {
    condition.any.forEach((child, i) => {
      askNoEvent(child, `${pointer}/any/${i}`, problems);
    });
  } else if ('not' in condition) {
    askNoEvent(condition.not, at(pointer, 'not'), problems);
  } else {
    problems.add(at(pointer, 'lines'), 'needs_event', noEvent('lines'));
  }
}

function noEvent(what: string): string {
  return `${what} is of an event, and a campaign without behavior has none; ask customer.… or local.…, or give it a behavior.`;
}
