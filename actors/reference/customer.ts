/**
 * The reference: one customer of a brand, judged straight from PROGRAM.md, plain and slow. It is for tests only and shares
 * no code with the engine; where they differ, the page decides.
 */
import { openAbsences } from './absent.js';
import { settleAudiences } from './audiences.js';
import { plus } from './calendar.js';
import { judgeCampaigns } from './campaigns.js';
import type { Program } from './document.js';
import { fallDue } from './due.js';
import { type Brand, type Life, newBrand, newLife, type Purchase, type ReportedEvent, tell, zoneOf } from './life.js';
import { merge } from './merge.js';
import type { Cause, ReferenceOutcome } from './outcome.js';
import { accountOf, activateBy, adjust, noteActivity } from './points.js';
import { profileOf } from './profile.js';
import { bought, type PurchaseData, type ReturnData } from './purchase.js';
import { giveBack, settleReturn } from './returns.js';
import { buyReward, giveReward, refundReward } from './rewards.js';
import { send } from './sends.js';
import { addTag, removeTag } from './tags.js';
import { countedNow, settleTiers } from './tiers.js';
import { judgeTriggered } from './triggered.js';
import { customerView, type Measures, NOT_MEASURED, purchaseMeasures, rfmBefore, viewOf } from './view.js';

export interface Arrival {
  /** Wall time of the journal, ms. */
  readonly arrival: number;
  /** `clock=event`: the clock is the customer's own. */
  readonly imported?: boolean;
}

const BUILT_IN = [
  'purchase',
  'return',
  'profile.updated',
  'status.changed',
  'tag.added',
  'tag.removed',
  'points.adjusted',
  'reward.purchased',
  'reward.refunded',
  'customer.merged',
];

export class ReferenceCustomer {
  readonly life: Life;

  /** `triggered: false` for an engine whose outcomes trigger no campaigns yet. */
  constructor(program: Program, { id = 'c', triggered = true, brand = newBrand() as Brand } = {}) {
    this.life = newLife(program, id, triggered, brand);
  }

  /** One event and everything it causes, in order. */
  report(event: ReportedEvent, { arrival, imported = false }: Arrival): ReferenceOutcome[] {
    const { life } = this;
    const from = life.told.length;
    // API: "arrival is the later of the event's time and that customer's last arrival"; a customer's time never goes back.
    life.arrival = Math.max(life.arrival, imported ? event.time : arrival);
    life.createdAt ??= life.arrival;
    life.brand.lives.set(life.id, life);
    life.order++;
    // "What is due before it"; "of an event and a deadline at one instant the event comes first".
    fallDue(life, life.arrival, false);
    life.after = Math.max(life.after, life.arrival - 1);
    hear(life, event);
    // API, `clock=event`: "what is due at that very instant is still to come".
    fallDue(life, life.arrival, !imported);
    // Who was merged into the customer may have been further on.
    life.arrival = Math.max(life.arrival, life.arrivalBefore);
    life.after = imported ? Math.max(life.after, life.arrival - 1) : life.arrival;
    return life.told.slice(from);
  }

  /** Time passes and nothing is reported. */
  time(at: number): ReferenceOutcome[] {
    const { life } = this;
    const from = life.told.length;
    const before = life.arrival;
    life.arrival = Math.max(before, at);
    if (!fallDue(life, life.arrival, true)) life.arrival = before;
    else life.after = life.arrival;
    return life.told.slice(from);
  }

  /** A run of a send, of an instant, comes by. Nobody is created by it. */
  send(campaignId: string, run: number, at: number, arrival: number): ReferenceOutcome[] {
    const { life } = this;
    if (life.createdAt === null) return [];
    const from = life.told.length;
    const before = life.arrival;
    life.arrival = Math.max(before, arrival);
    if (!send(life, campaignId, run, at)) life.arrival = before;
    return life.told.slice(from);
  }

  /** As API.md shows it, at an instant up to which time has passed; times in ms. */
  profile(at: number): Record<string, unknown> {
    return profileOf(this.life, at);
  }
}

/** What an event says of itself. */
interface Said {
  readonly measures: Measures;
  readonly purchase?: Purchase;
  /** What it brings by itself, after the view was taken. */
  readonly gives?: () => void;
  readonly settle?: (view: ReturnType<typeof viewOf>) => void;
  readonly returned?: Purchase;
}

/** PROGRAM: "One event, in order". */
function hear(life: Life, event: ReportedEvent): void {
  const cause: Cause = { eventId: event.id };
  const refuse = (reason: string) => tell(life, 'event.refused', event.time, cause, { reason });
  if (!isValid(life, event)) {
    refuse('invalid');
    return;
  }
  // "Older than `lateness`" on arrival; "a return or void is never too late".
  const lateness = life.program.lateness ?? 'P30D';
  const tooLate = event.type !== 'return' && plus(event.time, lateness, zoneOf(life)) < life.arrival;
  const before = event.type === 'customer.merged' ? undefined : countedNow(life);
  // "The event is not yet in RFM."
  const rfm = rfmBefore(life, event.time);
  const from = life.told.length;
  const said = say(life, event, tooLate, cause);
  if ('refused' in said) {
    refuse(said.refused);
    return;
  }
  openAbsences(life, event.time);
  const declared = life.program.events?.some(({ type }) => type === event.type) === true;
  // "A purchase counts in `totals` and RFM but no campaign judges it"; an event that says nothing of itself does nothing.
  if (tooLate && (event.type === 'purchase' || declared))
    tell(life, 'event.ignored', event.time, cause, { reason: 'too_late' });
  const view = viewOf(life, event, said.measures, customerView(life, event.time, rfm));
  said.gives?.();
  if (!tooLate) {
    life.events.push({ ...event, zone: zoneOf(life) });
    noteActivity(life, event.type, event.time);
    // An activation is an outcome: in the view points are as before it.
    activateBy(life, event.type, event.time, cause);
    said.settle?.(view);
    judgeCampaigns(life, view, said.purchase, event.id);
  }
  // "Sums are taken anew", but what came with a merge is nothing that was added by it.
  settleTiers(life, { before: before ?? countedNow(life), time: event.time, cause, returned: said.returned });
  settleAudiences(life, event.time, life.arrival, cause);
  if (!tooLate) judgeTriggered(life, from, event, event.time, life.arrival);
}

/** What needs the program and no state. */
function isValid({ program }: Life, { type, data }: ReportedEvent): boolean {
  switch (type) {
    case 'status.changed': {
      const known = program.statuses?.map(({ id }) => id) ?? ['good'];
      return known.includes((data as { status: string }).status);
    }
    case 'points.adjusted':
      return program.points?.accounts.some(({ id }) => id === (data as { account: string }).account) === true;
    default:
      return BUILT_IN.includes(type) || program.events?.some((event) => event.type === type) === true;
  }
}

/** "What it says of itself (attributes, status, tags, the purchase in `totals`)"; "includes an adjustment". */
function say(life: Life, event: ReportedEvent, tooLate: boolean, cause: Cause): Said | { readonly refused: string } {
  const { type, time } = event;
  const data = event.data as Record<string, unknown>;
  let said: Said = { measures: NOT_MEASURED };
  switch (type) {
    case 'purchase': {
      const { transactionId } = event.data as PurchaseData;
      if (life.purchases.some((each) => each.transactionId === transactionId)) return { refused: 'transaction_exists' };
      const purchase = bought(life, event, tooLate);
      said = { measures: purchaseMeasures(purchase), purchase };
      break;
    }
    case 'return': {
      const { transactionId } = event.data as ReturnData;
      if (life.returns.some((each) => each.transactionId === transactionId)) return { refused: 'transaction_exists' };
      const given = giveBack(life, event);
      if (given.refused !== undefined) return { refused: given.refused };
      const { returned, measures } = given;
      said = { measures, settle: (view) => settleReturn(life, returned, view), returned: returned.original };
      break;
    }
    case 'profile.updated':
      changeProfile(life, event, cause);
      break;
    case 'status.changed':
      if (data.status !== life.status) {
        const reason = data.reason === undefined ? {} : { reason: data.reason };
        tell(life, 'status.changed', time, cause, { from: life.status, to: data.status, ...reason });
        life.status = data.status as string;
      }
      break;
    case 'tag.added':
      addTag(life, data.tag as string, data.for as string | undefined, time, cause, null);
      break;
    case 'tag.removed':
      removeTag(life, data.tag as string, time, cause);
      break;
    case 'reward.purchased': {
      const bought = buyReward(life, event, cause);
      if (typeof bought === 'string') return { refused: bought };
      said = { measures: NOT_MEASURED, gives: () => giveReward(life, bought, cause) };
      break;
    }
    case 'reward.refunded': {
      const refused = refundReward(life, event, cause);
      if (refused !== undefined) return { refused };
      break;
    }
    case 'customer.merged': {
      const refused = merge(life, data.from as string, time, cause);
      if (refused !== undefined) return { refused };
      break;
    }
    case 'points.adjusted':
      accountOf(life, data.account as string);
      adjust(life, data.account as string, data.points as number, data.reason as string | undefined, time, cause);
      break;
  }
  return said;
}

/** Says what differs from what is known: "a null removes". */
function changeProfile(life: Life, { data, time }: ReportedEvent, cause: Cause): void {
  const {
    attributes = {},
    timeZone,
    locale,
  } = data as {
    attributes?: Record<string, unknown>;
    timeZone?: string | null;
    locale?: string | null;
  };
  const changed = Object.entries(attributes).filter(([name, value]) => (life.attributes.get(name) ?? null) !== value);
  const zoneChanged = timeZone !== undefined && timeZone !== life.zone;
  const localeChanged = locale !== undefined && locale !== life.locale;
  if (changed.length === 0 && !zoneChanged && !localeChanged) return;
  for (const [name, value] of changed) {
    if (value === null) life.attributes.delete(name);
    else life.attributes.set(name, value);
  }
  if (zoneChanged) life.zone = timeZone;
  if (localeChanged) life.locale = locale;
  tell(life, 'profile.changed', time, cause, {
    ...(changed.length === 0 ? {} : { attributes: Object.fromEntries(changed) }),
    ...(zoneChanged ? { timeZone } : {}),
    ...(localeChanged ? { locale } : {}),
  });
}
