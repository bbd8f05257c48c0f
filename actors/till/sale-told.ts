/** The event that a basket would be if it were sold as priced: what a quote and a lock say will be earned comes of it. */
import type { Event } from '../event.js';
import type { Program } from '../program/program.js';
import type { Priced } from './price.js';
import { TILL_SOURCE, type TillData, tillType } from './step.js';

type Asked = Pick<Event<TillData>, 'subject' | 'time' | 'data'>;

export function saleTold({ subject, time, data }: Asked, { sale, codes }: Priced, program: Program): Event {
  // What codes give beside their offers, and what campaigns make of offers redeemed, comes with the redemption.
  const isWhole = codes.length > 0 || (sale.offers.length > 0 && program.triggers.has('offer.redeemed'));
  const made = isWhole ? { type: tillType('redeem'), data } : { type: 'purchase', data: sale };
  return { id: data.transactionId, source: TILL_SOURCE, subject, time, ...made };
}
