/**
 * When a campaign without a behavior sends (PROGRAM: Campaigns): at publication, at an instant, or by a cron expression.
 * Each time is a run; here is when the next run of a campaign opens, and nothing of who is in it.
 *
 * Invariants: (1) runs of a campaign go forward: an instant at or before that of a run it had opens none, whatever is
 * published; (2) nothing before the schedule was published opens a run of its own: a time that had passed by then falls
 * due at the publication; (3) both ends of `schedule` are in it.
 */
import { type Cron, lastCron, nextCron, parseCron } from '../time/cron.js';
import { parseInstant } from '../time/instant.js';
import type { CampaignDocument } from './document-campaign.js';

export type Send =
  | { readonly kind: 'publication' }
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'every'; readonly cron: Cron; readonly zone: string };

/** What of a campaign says when it sends; ms, both ends included. */
export interface Sending {
  readonly send: Send;
  readonly start: number | undefined;
  readonly end: number | undefined;
}

/** What a campaign has behind it: since when its schedule is published, and the instant of its last run, ms. */
export interface SendPast {
  readonly since: number;
  readonly lastAt: number | null;
}

/** Undefined for a campaign with a behavior. `zone`: the program's. Throws (a bug) on what validation refuses. */
export function compileSend(document: CampaignDocument, zone: string): Send | undefined {
  if (document.behavior !== undefined) return undefined;
  const { at, every } = document.schedule ?? {};
  if (at !== undefined) return { kind: 'at', at: parseInstant(at)! };
  if (every === undefined) return { kind: 'publication' };
  const cron = parseCron(typeof every === 'string' ? every : every.cron);
  if (typeof cron === 'string') throw new Error(cron);
  return { kind: 'every', cron, zone: (typeof every === 'string' ? undefined : every.timeZone) ?? zone };
}

/** Changes when the campaign's runs are timed anew; undefined for a campaign with a behavior. */
export function scheduleSignature(document: CampaignDocument, zone: string): string | undefined {
  if (document.behavior !== undefined) return undefined;
  const { at, every } = document.schedule ?? {};
  if (at !== undefined) return `at ${parseInstant(at)}`;
  if (every === undefined) return 'publication';
  return typeof every === 'string' ? `every ${zone} ${every}` : `every ${every.timeZone ?? zone} ${every.cron}`;
}

/** The instant (ms) at which the next run opens, may be past; null where none will. */
export function nextRunAt(sending: Sending, past: SendPast): number | null {
  const { send, start, end } = sending;
  const from = Math.max(past.since, start ?? past.since);
  let at: number | null;
  if (send.kind === 'every') at = nextCron(send.cron, send.zone, Math.max(from - 1, past.lastAt ?? from - 1));
  else if (send.kind === 'publication') at = past.lastAt === null ? from : null;
  else at = past.lastAt === null || send.at > past.lastAt ? Math.max(send.at, from) : null;
  return at === null || (end !== undefined && at > end) ? null : at;
}

/** The same for a run that is to open by `now`: of several that were missed the last alone. Null where none is due. */
export function dueRunAt(sending: Sending, past: SendPast, now: number): number | null {
  const next = nextRunAt(sending, past);
  if (next === null || next > now) return null;
  const { send, end } = sending;
  return send.kind === 'every' ? lastCron(send.cron, send.zone, next, Math.min(now, end ?? now)) : next;
}
