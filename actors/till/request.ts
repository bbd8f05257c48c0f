/**
 * What a till sends, checked whole: every check that needs neither program nor state (API: Point of sale). Invariant: what comes out is exactly the fields of `TillData`.
 */
import { runsBeforeOffers } from '../customer/paid.js';
import type { Json, PurchaseData, ReturnLine } from '../event.js';
import { dataCheckOf } from '../events/data-check.js';
import { isName, isPlain, sane } from '../events/sane.js';
import { limits } from '../limits.js';
import { type Problem, Problems } from '../program/problem.js';
import type { SchemaNode } from '../program/schema-node.js';
import { checkShape } from '../program/shape.js';
import { parseInstant } from '../time/instant.js';
import { isAnonymous } from './anonymous.js';
import { TILL_SCHEMAS } from './request-schemas.js';
import type { StatedOffer, TillData, TillStep } from './step.js';

export type TillRequest =
  | {
      readonly ok: true;
      /** Undefined: an anonymous basket. */
      readonly customerId: string | undefined;
      /** ms; undefined: now. */
      readonly time: number | undefined;
      readonly data: TillData;
    }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** `body` as it came in. Never throws. */
export function readTill(step: TillStep | 'quote', body: unknown): TillRequest {
  const problems = new Problems();
  if (!isPlain(body)) {
    problems.add('', 'wrong_type', 'The body is an object.');
    return { ok: false, errors: problems.list };
  }
  const usual = step === 'quote' || step === 'lock' ? usualBasket(body) : undefined;
  if (usual === undefined) checkShape(TILL_SCHEMAS[step] as unknown as SchemaNode, body, problems);
  if (problems.list.length > 0) return { ok: false, errors: problems.list };
  const sent = body as unknown as Sent;
  const goods = usual ?? (sent.lines === undefined || step === 'return' ? undefined : basketOf(sent));
  if (goods !== undefined && usual === undefined) checkBasket(goods, problems);
  if (step === 'redeem') checkRedeem(sent, goods, problems);
  if (sent.customerId !== undefined && isAnonymous(sent.customerId))
    problems.add('/customerId', 'id_reserved', 'An anonymous transaction is named by its transactionId alone.');
  if (problems.list.length > 0) return { ok: false, errors: problems.list };
  return {
    ok: true,
    customerId: sent.customerId,
    time: sent.time === undefined ? undefined : parseInstant(sent.time),
    data: dataOf(step, sent, goods),
  };
}

/**
 * The basket of a usual request, where everything is fine; undefined where it must be looked at closer. The walk over
 * the schema tells what is wrong, and costs as much as the pricing.
 */
function usualBasket(body: Record<string, unknown>): PurchaseData | undefined {
  for (const key in body) {
    const value = body[key];
    switch (key) {
      case 'customerId':
        if (typeof value !== 'string' || !isName(value) || isAnonymous(value)) return undefined;
        break;
      case 'transactionId':
      case 'storeId':
      case 'registerId':
      case 'requestId':
        if (typeof value !== 'string' || !isName(value)) return undefined;
        break;
      case 'time':
        if (typeof value !== 'string' || parseInstant(value) === undefined) return undefined;
        break;
      case 'currency':
        if (typeof value !== 'string' || value.length !== 3) return undefined;
        break;
      case 'lines':
      case 'discounts':
        if (!Array.isArray(value) || value.length === 0) return undefined;
        break;
      case 'select':
        if (value !== 'order' && value !== 'best') return undefined;
        break;
      default:
        return undefined;
    }
  }
  const sent = body as unknown as Partial<Sent>;
  if (sent.lines === undefined || sent.storeId === undefined || sent.currency === undefined) return undefined;
  if (sent.transactionId === undefined || sent.time === undefined) return undefined;
  const goods = basketOf(sent as Sent);
  if (!dataCheckOf('purchase')!.holds(goods as unknown as Record<string, unknown>)) return undefined;
  return unitsIn(goods) > limits.tillUnitsMax ? undefined : goods;
}

function unitsIn({ lines = [] }: PurchaseData): number {
  let units = 0;
  for (let i = 0; i < lines.length; i++) units += lines[i]!.quantity;
  return units;
}

/** What the schemas let through. */
interface Sent {
  readonly customerId?: string;
  readonly transactionId: string;
  readonly storeId?: string;
  readonly registerId?: string;
  readonly time?: string;
  readonly currency?: string;
  readonly lines?: readonly unknown[];
  readonly discounts?: readonly unknown[];
  readonly codes?: readonly string[];
  readonly offers?: readonly string[];
  readonly select?: 'order' | 'best';
  readonly explain?: 'reasons' | 'full';
  readonly ttlSeconds?: number;
  readonly payments?: Json;
  readonly expect?: { readonly net: number };
  readonly offline?: boolean;
  readonly applied?: readonly StatedOffer[];
  readonly returnId?: string;
}

function basketOf({ transactionId, storeId, registerId, currency, lines, discounts }: Sent): PurchaseData {
  const goods: { -readonly [K in keyof PurchaseData]: PurchaseData[K] } = { transactionId };
  if (storeId !== undefined) goods.storeId = storeId;
  if (registerId !== undefined) goods.registerId = registerId;
  goods.channel = 'pos';
  if (currency !== undefined) goods.currency = currency;
  goods.lines = lines as PurchaseData['lines'];
  if (discounts !== undefined) goods.discounts = discounts as PurchaseData['discounts'];
  return goods;
}

function checkBasket(goods: PurchaseData, problems: Problems): void {
  const found = new Problems();
  dataCheckOf('purchase')!.explain(goods as unknown as Record<string, unknown>, found);
  for (const { pointer, code, detail } of found.list) problems.add(pointer.replace(/^\/data/, ''), code, detail);
  if (unitsIn(goods) > limits.tillUnitsMax)
    problems.add('/lines', 'too_many_units', `A basket at the till has at most ${limits.tillUnitsMax} units.`);
}

function checkRedeem(sent: Sent, goods: PurchaseData | undefined, problems: Problems): void {
  if (sent.payments !== undefined) sane(sent.payments, 1, '/payments', problems);
  if (goods === undefined) {
    for (const key of [
      'storeId',
      'currency',
      'discounts',
      'codes',
      'offers',
      'select',
      'offline',
      'applied',
    ] as const) {
      if (sent[key] === undefined) continue;
      problems.add(`/${key}`, 'needs_lines', 'This goes with a whole basket: send its lines too, or leave it out.');
    }
    return;
  }
  for (const key of ['storeId', 'time', 'currency'] as const) {
    if (sent[key] === undefined) problems.add(`/${key}`, 'required', 'A whole basket needs it.');
  }
  if (sent.applied !== undefined && sent.offline !== true)
    problems.add(
      '/applied',
      'offline_only',
      'Only an offline till states what it applied: send offline: true with it.',
    );
  else checkStated(sent.applied ?? [], goods, problems);
}

/** What an offline till took off fits the basket: lines and units are there, no unit is paid back. */
function checkStated(applied: readonly StatedOffer[], goods: PurchaseData, problems: Problems): void {
  const left = new Map<string, number>();
  for (const run of runsBeforeOffers(goods)) {
    const { lineId } = goods.lines![run.line]!;
    for (let unit = run.first; unit <= run.last; unit++) left.set(`${unit} ${lineId}`, run.net);
  }
  applied.forEach((offer, at) => {
    offer.units.forEach(({ lineId, unit, amount }, n) => {
      const pointer = `/applied/${at}/units/${n}`;
      const rest = left.get(`${unit} ${lineId}`);
      if (rest === undefined)
        problems.add(pointer, 'unknown_unit', `The basket has no unit ${unit} of line ${lineId}.`);
      else if (amount > rest)
        problems.add(`${pointer}/amount`, 'too_much', `Only ${rest} is left to pay on this unit.`);
      else left.set(`${unit} ${lineId}`, rest - amount);
    });
  });
}

function dataOf(step: TillStep | 'quote', sent: Sent, goods: PurchaseData | undefined): TillData {
  const data: { -readonly [K in keyof TillData]: TillData[K] } = { transactionId: sent.transactionId };
  if (goods !== undefined) data.basket = goods;
  if (sent.offers !== undefined) data.offers = sent.offers;
  if (sent.codes !== undefined) data.codes = sent.codes;
  if (sent.select !== undefined) data.select = sent.select;
  if (sent.explain !== undefined) data.explain = sent.explain;
  if (step === 'lock') data.ttlMs = (sent.ttlSeconds ?? limits.lockSecondsDefault) * 1_000;
  if (sent.expect !== undefined) data.expectNet = sent.expect.net;
  if (sent.offline !== undefined) data.offline = sent.offline;
  if (sent.applied !== undefined) data.stated = sent.applied;
  if (sent.payments !== undefined) data.payments = sent.payments;
  if (sent.returnId !== undefined) data.returnId = sent.returnId;
  if (step === 'return') data.lines = sent.lines as readonly ReturnLine[];
  return data;
}
