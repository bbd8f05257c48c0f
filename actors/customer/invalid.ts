/**
 * Checks of an event that need the program and no state. What needs neither is checked before (`events/`), what needs
 * the state is an outcome of the judge.
 */
import type { AdjustmentData, Event, StatusData } from '../event.js';
import type { Program } from '../program/program.js';
import type { TillData } from '../till/step.js';

export interface Problem {
  /** JSON pointer into the event. */
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

const NONE: readonly Problem[] = [];
const BUILT_IN: ReadonlySet<string> = new Set([
  'purchase',
  'return',
  'profile.updated',
  'status.changed',
  'tag.added',
  'tag.removed',
  'points.adjusted',
  'reward.purchased',
  'reward.refunded',
  'promo_code.claimed',
  'check_in',
  'location',
  'customer.merged',
  'purchase.claimed',
  'offer.redeemed',
  'customer.erased',
  'app.opened',
  'message.opened',
  'message.dismissed',
  'execution.viewed',
  'video.watched',
]);

/** What is wrong with a valid event under this program; empty where nothing is. */
export function invalid(event: Pick<Event, 'type' | 'data'>, program: Program): readonly Problem[] {
  switch (event.type) {
    case 'purchase':
    case 'return':
      return wrongCurrency(event.data as { readonly currency?: string }, program);
    case 'status.changed':
      return unknownStatus(event.data as StatusData, program);
    case 'points.adjusted':
      return unknownAccount(event.data as AdjustmentData, program);
    case 'profile.updated':
    case 'tag.added':
    case 'tag.removed':
    case 'reward.purchased':
    case 'reward.refunded':
    case 'promo_code.claimed':
    case 'check_in':
    case 'location':
    case 'customer.merged':
    case 'purchase.claimed':
    case 'offer.redeemed':
    case 'customer.erased':
    case 'app.opened':
    case 'message.opened':
    case 'message.dismissed':
    case 'execution.viewed':
    case 'video.watched':
      return NONE;
    case 'pos.lock':
    case 'pos.redeem':
      return wrongCurrency((event.data as TillData).basket ?? {}, program);
    case 'pos.unlock':
    case 'pos.void':
    case 'pos.return':
      return NONE;
    default: {
      const declared = program.declared.get(event.type);
      return declared === undefined ? unknownType(event.type, program) : declared.check(event.data);
    }
  }
}

function wrongCurrency({ currency }: { readonly currency?: string }, program: Program): readonly Problem[] {
  if (currency === undefined || currency === program.currency) return NONE;
  const detail = `the program's money is ${program.currency}, this is ${currency}; send amounts in ${program.currency}`;
  return [{ pointer: '/data/currency', code: 'currency_mismatch', detail }];
}

function unknownStatus({ status }: StatusData, program: Program): readonly Problem[] {
  if (program.statuses.has(status)) return NONE;
  const detail = `the program has no status ${JSON.stringify(status)}; it has ${listed(program.statuses.keys())}`;
  return [{ pointer: '/data/status', code: 'unknown_status', detail }];
}

function unknownAccount({ account }: AdjustmentData, program: Program): readonly Problem[] {
  if (program.accounts.has(account)) return NONE;
  const detail = `the program has no account ${JSON.stringify(account)}; it has ${listed(program.accounts.keys())}`;
  return [{ pointer: '/data/account', code: 'unknown_account', detail }];
}

function unknownType(type: string, program: Program): readonly Problem[] {
  const known = listed([...BUILT_IN, ...program.declared.keys()]);
  const detail = `${JSON.stringify(type)} is not an event type of this program; declare it under events, or use one of ${known}`;
  return [{ pointer: '/type', code: 'unknown_type', detail }];
}

const LISTED_MAX = 20;

function listed(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return 'none';
  const shown = all.slice(0, LISTED_MAX).map((name) => JSON.stringify(name));
  return shown.join(', ') + (all.length > LISTED_MAX ? ', …' : '');
}
