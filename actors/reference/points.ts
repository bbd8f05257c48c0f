/**
 * Points: lots, what takes from them, and what they come to (PROGRAM: Points; "Edges, decided: Points"). It is
 * long because lots, spends, debts and caps all change the same balance.
 */
import { nextDate, plus, unitOf } from './calendar.js';
import type { Account, Cap, Expiry } from './document.js';
import type { Completion, Life, Lot, RateBasis } from './life.js';
import { tell, zoneOf } from './life.js';
import { type Cause, TIME } from './outcome.js';
import { limitSpan } from './window.js';

export function accountOf(life: Life, id: string): Account {
  return life.program.points!.accounts.find((account) => account.id === id)!;
}

export function activePoints(life: Life, account: string): number {
  return left(life, account, 'active');
}

export function pendingPoints(life: Life, account: string): number {
  return left(life, account, 'pending');
}

function left(life: Life, account: string, state: Lot['state']): number {
  return life.lots.reduce((sum, lot) => (lot.account === account && lot.state === state ? sum + lot.left : sum), 0);
}

export function debtOf(life: Life, account: string): number {
  return life.debts.get(account) ?? 0;
}

interface Earning {
  readonly account: string;
  readonly points: number;
  readonly expiry: Expiry | undefined;
  readonly time: number;
  readonly cause: Cause;
  readonly rate: RateBasis | null;
  readonly completion: Completion | null;
  /** Points the campaign's budget has left. */
  readonly budget: number | undefined;
}

/** A completion or an entry into a level earns points: caps and budget clip, then a new lot. */
export function earn(life: Life, earning: Earning): void {
  const { account: id, points: desired, time, cause, rate, completion, budget } = earning;
  if (desired <= 0) return;
  const account = accountOf(life, id);
  // "Caps run per account over all campaigns in the order of judging, clip and say so."
  const capped = Math.min(desired, ...(account.caps ?? []).map((cap) => Math.max(0, room(life, id, cap, time))));
  // "An award is clipped to the budget left (`clippedBy: budget`)."
  const points = budget === undefined ? capped : Math.min(capped, Math.max(0, budget));
  const clippedBy = points === desired ? undefined : points < capped ? 'budget' : 'cap';
  const lot = newLot(life, account, points, earning.expiry ?? account.expiry ?? 'none', time, {
    adjustment: false,
    rate,
    campaignId: cause.campaignId,
  });
  const paidDebt = payDebt(life, lot);
  completion?.given.push({ lot });
  tell(life, 'points.earned', time, cause, {
    account: id,
    points,
    lot: lot.number,
    expiresAt: lot.expiresAt,
    ...(lot.activatesAt === null ? {} : { activatesAt: lot.activatesAt }),
    ...(clippedBy === undefined ? {} : { desired, clippedBy }),
    ...(paidDebt === 0 ? {} : { paidDebt }),
  });
}

/** "What is reversed with its lot gives room back to the period it was earned in." */
function room(life: Life, account: string, cap: Cap, time: number): number {
  const { after, upTo } = limitSpan(cap.per, time, zoneOf(life));
  const within = (at: number) => at > after && at <= upTo;
  const earned = life.lots
    .filter((lot) => lot.account === account && !lot.adjustment && within(lot.earnedAt))
    .reduce((sum, lot) => sum + lot.points, 0);
  const reversed = life.reversals
    .filter((reversal) => reversal.account === account && reversal.lot !== null && within(reversal.lot.earnedAt))
    .reduce((sum, reversal) => sum + reversal.points, 0);
  return cap.points - (earned - reversed);
}

function newLot(
  life: Life,
  account: Account,
  points: number,
  expiry: Expiry,
  time: number,
  of: Pick<Lot, 'adjustment' | 'rate' | 'campaignId'>,
): Lot {
  const zone = zoneOf(life);
  const { activation = 'immediate' } = account;
  const immediate = activation === 'immediate' || activation.kind === 'immediate';
  const inactivity = typeof expiry === 'object' && expiry.kind === 'inactivity' ? expiry : null;
  const lot: Lot = {
    number: ++life.brand.issued.lots,
    account: account.id,
    earnedAt: time,
    points,
    left: points,
    state: immediate ? 'active' : 'pending',
    activatesAt: !immediate && activation.kind === 'after' ? plus(time, activation.duration, zone) : null,
    // "`{kind: on, event, within}` (else cancelled)".
    waitsFor:
      !immediate && activation.kind === 'on'
        ? { event: activation.event, until: plus(time, activation.within, zone) }
        : null,
    expiresAt: expiresAt(life, expiry, time, zone),
    inactivity,
    ...of,
  };
  life.lots.push(lot);
  return lot;
}

function expiresAt(life: Life, expiry: Expiry, time: number, zone: string): number | null {
  if (expiry === 'none' || expiry.kind === 'none') return null;
  switch (expiry.kind) {
    case 'rolling': {
      // "Since earned, optionally rounded up to the end of month, quarter or year."
      const end = plus(time, expiry.after, zone);
      return expiry.roundUpTo === undefined ? end : unitOf(expiry.roundUpTo, zone, end).lastSecond;
    }
    case 'fixed':
      return nextDate(expiry.dates, zone, time);
    case 'inactivity': {
      // "From the later of the lot's own time and the last such event."
      const times = life.events.filter(({ type }) => expiry.events.includes(type)).map((event) => event.time);
      // "Never shorten": with months a later time may end earlier, because they are clipped.
      return Math.max(plus(time, expiry.after, zone), plus(Math.max(time, ...times), expiry.after, zone));
    }
  }
}

/** An event that `inactivity` looks at pushes expiry on; "late ones never shorten". */
export function noteActivity(life: Life, type: string, time: number): void {
  for (const lot of life.lots) {
    if (lot.inactivity === null || !lot.inactivity.events.includes(type)) continue;
    // "From the last such event": with months an earlier one may end later, because they are clipped, and is not the last.
    const others = life.events.slice(0, -1).filter((each) => lot.inactivity!.events.includes(each.type));
    if (others.some((each) => each.time >= time)) continue;
    // Of one that is spent, too: it may be refilled. One that had ended before the event arrived has ended.
    if (lot.expiresAt! < life.arrival) continue;
    lot.expiresAt = Math.max(lot.expiresAt!, plus(time, lot.inactivity.after, zoneOf(life)));
  }
}

/** Lots that wait for such an event become active. */
export function activateBy(life: Life, type: string, time: number, cause: Cause): void {
  for (const lot of life.lots) {
    if (lot.state !== 'pending' || lot.left === 0 || lot.waitsFor?.event !== type) continue;
    if (time >= lot.earnedAt && time <= lot.waitsFor.until) activate(life, lot, time, cause);
  }
}

export function activate(life: Life, lot: Lot, time: number, cause: Cause): void {
  const points = lot.left;
  lot.state = 'active';
  const paidDebt = payDebt(life, lot);
  tell(life, 'points.activated', time, cause, {
    account: lot.account,
    points,
    lot: lot.number,
    ...(paidDebt === 0 ? {} : { paidDebt }),
  });
}

/** "A debt, paid by whatever becomes active next." */
function payDebt(life: Life, lot: Lot): number {
  if (lot.state !== 'active') return 0;
  const paid = Math.min(debtOf(life, lot.account), lot.left);
  lot.left -= paid;
  life.debts.set(lot.account, debtOf(life, lot.account) - paid);
  return paid;
}

export function expire(life: Life, lot: Lot, time: number): void {
  const points = lot.left;
  lot.left = 0;
  tell(life, 'points.expired', time, TIME, { account: lot.account, points, lot: lot.number });
}

export function cancel(life: Life, lot: Lot, time: number): void {
  const points = lot.left;
  lot.left = 0;
  tell(life, 'points.cancelled', time, TIME, { account: lot.account, points, lot: lot.number });
}

/** "Spending takes the lot that expires first"; "lots of one expiry: earlier time, then earlier issue; no expiry last". */
function soonestFirst(life: Life, account: string): Lot[] {
  const end = (lot: Lot) => lot.expiresAt ?? Number.POSITIVE_INFINITY;
  return life.lots
    .filter((lot) => lot.account === account && lot.state === 'active' && lot.left > 0)
    .sort((a, b) => (end(a) === end(b) ? 0 : end(a) - end(b)) || a.earnedAt - b.earnedAt || a.number - b.number);
}

interface Taken {
  readonly lots: readonly (readonly [number: number, points: number])[];
  readonly missing: number;
}

function take(points: number, from: readonly Lot[]): Taken {
  const lots: (readonly [number, number])[] = [];
  let missing = points;
  for (const lot of from) {
    const part = Math.min(missing, lot.left);
    if (part === 0) continue;
    lot.left -= part;
    missing -= part;
    lots.push([lot.number, part]);
  }
  return { lots, missing };
}

/** "Spending takes the lot that expires first." */
export function spend(
  life: Life,
  account: string,
  points: number,
  time: number,
  cause: Cause,
  more: Readonly<Record<string, unknown>>,
): (readonly [Lot, number])[] {
  const { lots } = take(points, soonestFirst(life, account));
  tell(life, 'points.spent', time, cause, { account, points, lots, ...more });
  return lots.map(([number, taken]) => [life.lots.find((lot) => lot.number === number)!, taken]);
}

/** "Undoing it refills them with their own expiry"; a debt is paid by what becomes active. */
export function refill(
  life: Life,
  account: string,
  lots: readonly (readonly [lot: Lot, points: number])[],
  time: number,
  cause: Cause,
  more: Readonly<Record<string, unknown>>,
): void {
  const points = lots.reduce((sum, [, taken]) => sum + taken, 0);
  let paidDebt = 0;
  for (const [lot, taken] of lots) {
    const paid = Math.min(debtOf(life, account), taken);
    life.debts.set(account, debtOf(life, account) - paid);
    lot.left += taken - paid;
    paidDebt += paid;
  }
  const refilled = lots.map(([lot, taken]) => [lot.number, -taken]);
  const said = paidDebt === 0 ? {} : { paidDebt };
  tell(life, 'points.spent', time, cause, { account, points: -points, lots: refilled, ...said, ...more });
}

/** "What is missing follows `negative`: `allow` (a debt) or `clamp` (stops at zero and says how much it could not take)." */
function owe(life: Life, account: string, missing: number): Readonly<Record<string, number>> {
  if (missing === 0) return {};
  if (accountOf(life, account).negative === 'clamp') return { notTaken: missing };
  life.debts.set(account, debtOf(life, account) + missing);
  return { debt: missing };
}

/** "A reversal takes its own lot (pending or active), then active lots, soonest expiry first." */
export function reverse(
  life: Life,
  account: string,
  points: number,
  time: number,
  cause: Cause,
  lot: Lot | null,
  more: Readonly<Record<string, unknown>> = {},
): void {
  if (points <= 0) return;
  const others = soonestFirst(life, account).filter((each) => each !== lot);
  const { lots, missing } = take(points, lot === null ? others : [lot, ...others]);
  const owed = owe(life, account, missing);
  // "With `clamp`, what is reversed is what was taken, for tiers and caps too."
  const reversed = points - (owed.notTaken ?? 0);
  life.reversals.push({ account, points: reversed, countsAt: lot?.earnedAt ?? time, lot });
  tell(life, 'points.reversed', time, cause, { account, points: reversed, lots, ...owed, ...more });
}

/** "A negative adjustment is a reversal without a lot, by what was taken, from active lots only; a positive one a lot of the account outside caps and tiers." */
export function adjust(
  life: Life,
  account: string,
  points: number,
  reason: string | undefined,
  time: number,
  cause: Cause,
): void {
  const said = reason === undefined ? {} : { reason };
  if (points > 0) {
    const of = { adjustment: true, rate: null, campaignId: undefined };
    const lot = newLot(life, accountOf(life, account), points, accountOf(life, account).expiry ?? 'none', time, of);
    const paidDebt = payDebt(life, lot);
    tell(life, 'points.adjusted', time, cause, {
      account,
      points,
      lot: lot.number,
      expiresAt: lot.expiresAt,
      ...(lot.activatesAt === null ? {} : { activatesAt: lot.activatesAt }),
      ...(paidDebt === 0 ? {} : { paidDebt }),
      ...said,
    });
  } else if (points < 0) {
    const { lots, missing } = take(-points, soonestFirst(life, account));
    const owed = owe(life, account, missing);
    tell(life, 'points.adjusted', time, cause, {
      account,
      points: 0 - (-points - (owed.notTaken ?? 0)),
      lots,
      ...owed,
      ...said,
    });
  }
}
