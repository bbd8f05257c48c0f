/** Accounts and expiries compiled (PROGRAM: Points). */
import { type Duration, parseDuration } from '../time/duration.js';
import type { AccountDocument, ActivationDocument, CapDocument, ExpiryDocument } from './document-points.js';
import { parseMonthDay } from './month-day.js';
import type {
  Account,
  Activation,
  Campaign,
  CampaignOutcome,
  Cap,
  Caps,
  Expiry,
  Prolonged,
  TierSystem,
} from './program.js';

/** `lateness`: the program's. */
export function compileAccount(document: AccountDocument, lateness: Duration): Account {
  const { caps = [] } = document;
  return {
    id: document.id,
    name: document.name ?? document.id,
    spendable: document.spendable ?? true,
    negative: document.negative ?? 'allow',
    expiry: compileExpiry(document.expiry ?? 'none'),
    activation: compileActivation(document.activation ?? 'immediate'),
    caps: caps.length === 0 ? undefined : compileCaps(caps, lateness),
  };
}

export function compileExpiry(document: ExpiryDocument): Expiry {
  if (document === 'none' || document.kind === 'none') return { kind: 'none' };
  switch (document.kind) {
    case 'rolling':
      return { kind: 'rolling', after: duration(document.after), roundUpTo: document.roundUpTo };
    case 'fixed':
      return { kind: 'fixed', dates: document.dates.map((date) => parseMonthDay(date)!) };
    case 'inactivity': {
      const events = [...new Set(document.events)].sort();
      return {
        kind: 'inactivity',
        key: [document.after, ...events].join('\n'),
        after: duration(document.after),
        events,
      };
    }
  }
}

/** What prolongs lots that expire by inactivity, by event type: of accounts, and of outcomes that override them. */
export function prolongsOf(
  accounts: readonly Account[],
  campaigns: readonly Campaign[],
  tiers: readonly TierSystem[],
): ReadonlyMap<string, readonly Prolonged[]> {
  const byType = new Map<string, Prolonged[]>();
  const add = (account: string, expiry: Expiry | undefined): void => {
    if (expiry?.kind !== 'inactivity') return;
    for (const type of expiry.events) {
      const list = byType.get(type) ?? [];
      byType.set(type, list);
      if (!list.some((each) => each.account === account && each.span.key === expiry.key))
        list.push({ account, span: expiry });
    }
  };
  const addOutcome = (outcome: CampaignOutcome): void => {
    if (outcome.kind === 'points') add(outcome.account, outcome.expiry);
  };
  for (const account of accounts) add(account.id, account.expiry);
  for (const campaign of campaigns) campaign.outcomes.forEach(addOutcome);
  for (const tier of tiers) for (const level of tier.levels) level.onEntry.forEach(addOutcome);
  return byType;
}

function compileActivation(document: ActivationDocument): Activation {
  if (document === 'immediate' || document.kind === 'immediate') return { kind: 'immediate' };
  if (document.kind === 'after') return { kind: 'after', duration: duration(document.duration) };
  return { kind: 'on', eventType: document.event, within: duration(document.within) };
}

function compileCaps(documents: readonly CapDocument[], lateness: Duration): Caps {
  const each = documents.map(
    ({ per, points }): Cap => ({
      per:
        'rolling' in per ? { kind: 'rolling', span: duration(per.rolling) } : { kind: 'calendar', unit: per.calendar },
      points,
    }),
  );
  const byMonth = each.every(({ per }) => per.kind === 'calendar' && per.unit !== 'day' && per.unit !== 'week');
  return { each, lateness, byMonth };
}

function duration(text: string): Duration {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new Error(`not a duration: ${text}`);
  return parsed;
}
