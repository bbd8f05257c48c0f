/**
 * What time brings by itself (PROGRAM: Zones; "Edges, decided: Time"): "deadlines of one instant go: activation, expiry of
 * lots (in order of issue), offers, tags, levels, `absent` (in order of judging)".
 */
import { absentDeadlines, fireAbsent } from './absent.js';
import { settleAudiences } from './audiences.js';
import type { Life } from './life.js';
import { expireIssue } from './offers.js';
import { TIME } from './outcome.js';
import { activate, cancel, expire } from './points.js';
import { expireTag } from './tags.js';
import { tierDue, tierFallsDue } from './tiers.js';
import { judgeTriggered } from './triggered.js';

interface Deadline {
  readonly at: number;
  readonly do: () => void;
}

/** Everything that waits for its time, in the order in which deadlines of one instant go. */
function deadlines(life: Life): Deadline[] {
  const all: Deadline[] = [];
  const pending = life.lots.filter((lot) => lot.state === 'pending' && lot.left > 0);
  for (const lot of pending) {
    const { activatesAt, waitsFor } = lot;
    if (activatesAt !== null) all.push({ at: activatesAt, do: () => activate(life, lot, activatesAt, TIME) });
    if (waitsFor !== null) all.push({ at: waitsFor.until, do: () => cancel(life, lot, waitsFor.until) });
  }
  for (const lot of life.lots) {
    const { expiresAt } = lot;
    if (lot.left > 0 && expiresAt !== null) all.push({ at: expiresAt, do: () => expire(life, lot, expiresAt) });
  }
  for (const issue of life.issues) {
    const { expiresAt } = issue;
    if (issue.state === 'active' && expiresAt !== null)
      all.push({ at: expiresAt, do: () => expireIssue(life, issue, expiresAt) });
  }
  for (const tag of life.tags) {
    const { until } = tag;
    if (until !== null) all.push({ at: until, do: () => expireTag(life, tag, until) });
  }
  for (const system of life.program.tiers ?? []) {
    const at = tierDue(life, system);
    if (at !== null) all.push({ at, do: () => tierFallsDue(life, system, at) });
  }
  for (const deadline of absentDeadlines(life)) all.push({ at: deadline.at, do: () => fireAbsent(life, deadline) });
  return all;
}

/** Does, in order of its own time, all that falls due before an instant, or with `included` at it too. Whether there was anything. */
export function fallDue(life: Life, limit: number, included: boolean): boolean {
  let any = false;
  for (;;) {
    const due = deadlines(life).filter(({ at }) => at < limit || (included && at === limit));
    const first = due.reduce<Deadline | undefined>(
      (soonest, each) => (soonest === undefined || each.at < soonest.at ? each : soonest),
      undefined,
    );
    if (first === undefined) return any;
    any = true;
    const from = life.told.length;
    // One that is done late brings back nothing that has ended since.
    life.after = Math.max(life.after, first.at);
    first.do();
    settleAudiences(life, first.at, first.at, TIME);
    judgeTriggered(life, from, undefined, first.at, first.at);
  }
}
