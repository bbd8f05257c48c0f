/**
 * The purchase that is sent, in every way the API takes it. Two fields of fixed width are left open, for `blanks.ts`
 * to fill in place: the event's number (its id and transaction id) and the customer's.
 */
import { encode } from '@msgpack/msgpack';
import { LATTE, storeId } from '../brand.js';

/** Stands for ten digits of the event's number. */
export const EVENT_BLANK = '@@@@@@@@@@';
/** Stands for seven digits of the customer's number. */
export const CUSTOMER_BLANK = '~~~~~~~';

export type Format = 'json' | 'ndjson' | 'msgpack';

export const CONTENT_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  msgpack: 'application/msgpack',
};

export const PRODUCTS = [
  ['ESPRESSO', 'Espresso', ['coffee', 'drinks'], 295],
  ['FLAT-WHITE', 'Flat white', ['coffee', 'drinks'], 425],
  ['BAGEL', 'Bagel with cream cheese', ['food'], 510],
  ['COOKIE', 'Oat cookie', ['food', 'sweet'], 240],
  ['BEANS-250', 'House beans 250 g', ['beans'], 1_150],
  ['LATTE-L', 'Large latte', [LATTE, 'drinks'], 450],
] as const;

export interface Purchase {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly data: Record<string, unknown>;
}

/** The `i`-th purchase of a body: one to three lines, one in five with a latte, now and then a discount. */
export function purchase(i: number, time: string, event = EVENT_BLANK, customer = CUSTOMER_BLANK): Purchase {
  const lines = [];
  for (let n = 0; n <= i % 3; n++) {
    const isLatte = n === 0 && i % 5 === 0;
    const [sku, name, categories, unitPrice] = PRODUCTS[isLatte ? 5 : (i + n * 2) % 5]!;
    lines.push({ lineId: String(n + 1), sku, name, categories, quantity: 1 + ((i + n) % 2), unitPrice });
  }
  return {
    id: `e${event}`,
    source: 'pos/bench',
    type: 'purchase',
    subject: `c${customer}`,
    time,
    data: {
      transactionId: `t${event}`,
      storeId: storeId(i),
      channel: 'pos',
      currency: 'USD',
      lines,
      ...(i % 10 === 0 ? { discounts: [{ lineId: '1', amount: 50, reason: 'cup' }] } : {}),
    },
  };
}

/** A body of `count` purchases; `seed` makes bodies differ. `json` holds one, not in a list, where `count` is 1. */
export function body(format: Format, count: number, seed: number, time: string): Buffer {
  const events = Array.from({ length: count }, (_, i) => purchase(seed + i, time));
  if (format === 'msgpack') return Buffer.from(encode(events));
  if (format === 'ndjson') return Buffer.from(`${events.map((event) => JSON.stringify(event)).join('\n')}\n`);
  return Buffer.from(JSON.stringify(count === 1 ? events[0] : events));
}
