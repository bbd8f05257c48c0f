/**
 * The data of each built-in type: its compiled schema, and what a schema cannot say (characters of ids, depth of a
 * brand's own fields, sums).
 *
 * Invariant: `holds` is true exactly where `explain` finds nothing. `holds` is the hot path: it stops at the first fault
 * and says nothing; `explain` goes on to the end. Closed keys of lines and discounts are looked up here, because the
 * compiled schema tests each key against a regular expression.
 */
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { ProfileData, PurchaseData, ReturnData, ShopDiscount } from '../event.js';
import { limits } from '../limits.js';
import { at, Problems, shown } from '../program/problem.js';
import type { SchemaNode } from '../program/schema-node.js';
import { checkShape } from '../program/shape.js';
import { parseDuration } from '../time/duration.js';
import { isZone } from '../time/zone.js';
import { purchaseAddsUp, returnAddsUp } from './money.js';
import { idDetail, isName, isWhole, notWhole, sane, saneKey } from './sane.js';
import { DATA_SCHEMAS, DiscountSchema, LineSchema, ReturnLineSchema } from './schemas.js';

export interface DataCheck {
  holds(data: Data): boolean;
  explain(data: Data, problems: Problems): void;
}
type Data = Record<string, unknown>;
/** False where something is wrong; with `problems`, tells all of it. The shape has been checked. */
type Sound = (data: Data, problems: Problems | undefined) => boolean;

/** Undefined where the type is not built in. */
export function dataCheckOf(type: string): DataCheck | undefined {
  return CHECKS.get(type);
}

const SOUND: { readonly [T in keyof typeof DATA_SCHEMAS]: Sound } = {
  purchase: purchaseSound,
  return: returnSound,
  'profile.updated': profileSound,
  'status.changed': textsSound,
  'tag.added': tagSound,
  'tag.removed': textsSound,
  'points.adjusted': adjustmentSound,
  'reward.purchased': textsSound,
  'reward.refunded': textsSound,
  'promo_code.claimed': textsSound,
  check_in: checkInSound,
  location: textsSound,
  'customer.merged': textsSound,
  'purchase.claimed': textsSound,
  'offer.redeemed': textsSound,
  'customer.erased': textsSound,
  'app.opened': textsSound,
  'message.opened': textsSound,
  'message.dismissed': textsSound,
  'execution.viewed': textsSound,
  'video.watched': textsSound,
};

const CHECKS: ReadonlyMap<string, DataCheck> = new Map(
  Object.entries(DATA_SCHEMAS).map(([type, schema]) => [type, dataCheck(schema, SOUND[type as keyof typeof SOUND])]),
);

function dataCheck(closed: TSchema, sound: Sound): DataCheck {
  const node = closed as unknown as SchemaNode;
  const inner = node.additionalProperties === true;
  const compiled = Compile(inner ? (opened(node) as unknown as TSchema) : closed);
  return {
    holds: (data) => compiled.Check(data) && sound(data, undefined),
    explain: (data, problems) => {
      const shape = new Problems();
      checkShape(node, data, shape, '/data');
      for (const { pointer, code, detail } of shape.list) {
        // One code for one fault, whoever of the two finds it first.
        problems.add(pointer, code === 'control_character' ? 'id_invalid' : code, detail);
      }
      if (compiled.Check(data)) sound(data, problems);
      else if (inner) extrasSane(data, node, problems);
    },
  };
}

/** The schema without closed keys. */
function opened(node: SchemaNode): SchemaNode {
  const { additionalProperties: _, ...rest } = node;
  return {
    ...rest,
    ...(node.items && { items: opened(node.items) }),
    ...(node.properties && {
      properties: Object.fromEntries(Object.entries(node.properties).map(([key, value]) => [key, opened(value)])),
    }),
  };
}

// ---- purchases and returns ----------------------------------------------------------------------------------------------
const PURCHASE = DATA_SCHEMAS.purchase as unknown as SchemaNode;
const RETURN = DATA_SCHEMAS.return as unknown as SchemaNode;
const LINE_KEYS: ReadonlySet<string> = new Set(Object.keys(LineSchema.properties));
const RETURN_LINE_KEYS: ReadonlySet<string> = new Set(Object.keys(ReturnLineSchema.properties));
const DISCOUNT_KEYS: ReadonlySet<string> = new Set(Object.keys(DiscountSchema.properties));

function purchaseSound(data: Data, problems: Problems | undefined): boolean {
  const purchase = data as PurchaseData;
  const { lines, discounts } = purchase;
  const all = problems !== undefined;
  let fine = idsSound(purchase, problems);
  if ((fine || all) && lines !== undefined) fine = linesSound(lines, LINE_KEYS, problems) && fine;
  if ((fine || all) && discounts !== undefined) fine = discountsSound(discounts, problems) && fine;
  if (fine || all) fine = extrasSane(data, PURCHASE, problems) && fine;
  if (fine || all) fine = purchaseAddsUp(purchase, problems) && fine;
  return fine;
}

function returnSound(data: Data, problems: Problems | undefined): boolean {
  const back = data as ReturnData;
  const { lines } = back;
  const all = problems !== undefined;
  let fine = idsSound(back, problems);
  if ((fine || all) && lines !== undefined) fine = linesSound(lines, RETURN_LINE_KEYS, problems) && fine;
  if (fine || all) fine = extrasSane(data, RETURN, problems) && fine;
  if (fine || all) fine = returnAddsUp(back, problems) && fine;
  return fine;
}

function idsSound(data: Sale, problems: Problems | undefined): boolean {
  // Read one by one: a loop over names would cost more than all the rest.
  const { transactionId, originalTransactionId, storeId, registerId, channel, currency } = data;
  const fine =
    isName(transactionId) &&
    (originalTransactionId === undefined || isName(originalTransactionId)) &&
    (storeId === undefined || isName(storeId)) &&
    (registerId === undefined || isName(registerId)) &&
    (channel === undefined || isName(channel)) &&
    (currency === undefined || isName(currency));
  if (fine || problems === undefined) return fine;
  const ids = { transactionId, originalTransactionId, storeId, registerId, channel, currency };
  for (const [field, id] of Object.entries(ids)) {
    if (id !== undefined && !isName(id)) problems.add(at('/data', field), 'id_invalid', idDetail(id));
  }
  return false;
}
/** A purchase or a return. */
type Sale = Pick<PurchaseData, 'transactionId' | 'storeId' | 'registerId' | 'channel' | 'currency'> & {
  readonly originalTransactionId?: string;
};

/** Of a purchase or a return. */
interface AnyLine {
  readonly lineId?: string;
  readonly sku?: string;
  readonly name?: string;
  readonly categories?: readonly string[];
  readonly attributes?: unknown;
}

function linesSound(lines: readonly AnyLine[], keys: ReadonlySet<string>, problems: Problems | undefined): boolean {
  let fine = true;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (lineSound(line, keys)) continue;
    if (problems === undefined) return false;
    explainLine(line, `/data/lines/${i}`, problems);
    fine = false;
  }
  return fine;
}

function lineSound(line: AnyLine, keys: ReadonlySet<string>): boolean {
  for (const key in line) if (!keys.has(key)) return false;
  const { lineId, sku, name, categories, attributes } = line;
  if (lineId !== undefined && !isName(lineId)) return false;
  if (sku !== undefined && !isName(sku)) return false;
  if (name !== undefined && !isWhole(name)) return false;
  if (categories !== undefined) for (const category of categories) if (!isName(category)) return false;
  return attributes === undefined || sane(attributes, LINE_ATTRIBUTES_DEPTH, '', undefined);
}
const LINE_ATTRIBUTES_DEPTH = 3;

/** Unknown keys are not told here: the walk along the schema did. */
function explainLine(line: AnyLine, pointer: string, problems: Problems): void {
  const { lineId, sku, name, categories = [], attributes } = line;
  if (lineId !== undefined && !isName(lineId)) problems.add(`${pointer}/lineId`, 'id_invalid', idDetail(lineId));
  if (sku !== undefined && !isName(sku)) problems.add(`${pointer}/sku`, 'id_invalid', idDetail(sku));
  if (name !== undefined && !isWhole(name)) notWhole(`${pointer}/name`, problems);
  categories.forEach((category, index) => {
    if (!isName(category)) problems.add(`${pointer}/categories/${index}`, 'id_invalid', idDetail(category));
  });
  if (attributes !== undefined) sane(attributes, LINE_ATTRIBUTES_DEPTH, `${pointer}/attributes`, problems);
}

function discountsSound(discounts: readonly ShopDiscount[], problems: Problems | undefined): boolean {
  let fine = true;
  for (let i = 0; i < discounts.length; i++) {
    const { reason } = discounts[i]!;
    // Its lineId is one of the lines', which are looked at there.
    if (reason !== undefined && !isWhole(reason)) fine = notWhole(`/data/discounts/${i}/reason`, problems);
    for (const key in discounts[i]) if (!DISCOUNT_KEYS.has(key)) fine = false;
  }
  return fine;
}

/** A brand's own fields beside the known ones. */
function extrasSane(data: Data, known: SchemaNode, problems: Problems | undefined): boolean {
  let fine = true;
  for (const key in data) {
    if (Object.hasOwn(known.properties!, key)) continue;
    if (problems === undefined) {
      if (!saneKey(key, '/data', undefined) || !sane(data[key], 1, '', undefined)) return false;
    } else fine = saneKey(key, '/data', problems) && sane(data[key], 1, at('/data', key), problems) && fine;
  }
  return fine;
}

// ---- the others -----------------------------------------------------------------------------------------------------------
function profileSound(data: Data, problems: Problems | undefined): boolean {
  const { attributes, timeZone, locale } = data as unknown as ProfileData;
  if (attributes === undefined && timeZone === undefined && locale === undefined) {
    problems?.add('/data', 'nothing_to_change', 'Send attributes, timeZone or locale; null removes one.');
    return false;
  }
  let fine = textsSound(data, problems);
  if (typeof timeZone === 'string' && !isZone(timeZone)) {
    problems?.add('/data/timeZone', 'not_a_zone', `${shown(timeZone)} is not an IANA time zone, as America/New_York.`);
    fine = false;
  }
  if (attributes === undefined) return fine;
  if (Object.keys(attributes).length > limits.attributesPerCustomerMax) {
    problems?.add('/data/attributes', 'too_many', `Takes at most ${limits.attributesPerCustomerMax} attributes.`);
    return false;
  }
  return sane(attributes, 1, '/data/attributes', problems) && fine;
}

function tagSound(data: Data, problems: Problems | undefined): boolean {
  const { for: lasts } = data as { for?: string };
  const duration = lasts === undefined ? undefined : parseDuration(lasts);
  if (lasts === undefined || (duration !== undefined && duration.months + duration.ms > 0))
    return textsSound(data, problems);
  const detail = `${shown(lasts)} is not an ISO 8601 duration longer than nothing, as P30D.`;
  problems?.add('/data/for', 'not_a_duration', detail);
  return false;
}

function adjustmentSound(data: Data, problems: Problems | undefined): boolean {
  if (data.points !== 0) return textsSound(data, problems);
  problems?.add('/data/points', 'nothing_to_adjust', 'Give points above 0 or take points below 0.');
  return false;
}

/** Half a position is none. */
function checkInSound(data: Data, problems: Problems | undefined): boolean {
  const { latitude, longitude, accuracyMeters } = data;
  if (
    (latitude === undefined) === (longitude === undefined) &&
    (latitude !== undefined || accuracyMeters === undefined)
  )
    return textsSound(data, problems);
  const pointer = latitude === undefined ? '/data/latitude' : '/data/longitude';
  problems?.add(pointer, 'required', 'A position is latitude and longitude; send both, or none and no accuracyMeters.');
  return false;
}

/** Ids and other texts at the top of closed data. */
function textsSound(data: Data, problems: Problems | undefined): boolean {
  let fine = true;
  for (const key in data) {
    const value = data[key];
    if (typeof value !== 'string') continue;
    if (IDS.has(key) && !isName(value)) {
      problems?.add(at('/data', key), 'id_invalid', idDetail(value));
      fine = false;
    } else if (!isWhole(value)) fine = notWhole(at('/data', key), problems);
  }
  return fine;
}
const IDS: ReadonlySet<string> = new Set([
  'status',
  'tag',
  'account',
  'rewardId',
  'purchaseId',
  'messageId',
  'venueId',
  'from',
]);
