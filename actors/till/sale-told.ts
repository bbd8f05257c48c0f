/** The event that a basket would be if it were sold as priced: what a quote and a lock say will be earned comes of it. */
import type { Event } from '../event.js';
import type { Priced } from './price.js';
import { TILL_SOURCE, type TillData, tillType } from './step.js';

type Asked = Pick<Event<TillData>, 'subject' | 'time' | 'data'>;

export function saleTold({ subject, time, data }: Asked, { sale, codes }: Priced): Event {
  // What codes give beside their offers comes with the redemption.
  const made = codes.length === 0 ? { type: 'purchase', data: sale } : { type: tillType('redeem'), data };
  return { id: data.transactionId, source: TILL_SOURCE, subject, time, ...made };
}
