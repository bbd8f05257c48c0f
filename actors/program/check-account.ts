/** Checks of an account beyond its shape: the events that activate or prolong its lots exist. */
import type { Checking } from './check-campaign.js';
import type { AccountDocument, ExpiryDocument } from './document-points.js';
import { COUNTED_TYPES } from './event-types.js';
import { suggestion } from './nearest.js';
import { at, shown } from './problem.js';

export function checkAccount(account: AccountDocument, pointer: string, checking: Checking): void {
  const { activation, expiry } = account;
  if (typeof activation === 'object' && activation.kind === 'on')
    checkReported(activation.event, `${pointer}/activation/event`, checking);
  if (expiry !== undefined) checkExpiry(expiry, at(pointer, 'expiry'), checking);
}

export function checkExpiry(expiry: ExpiryDocument, pointer: string, checking: Checking): void {
  if (typeof expiry !== 'object' || expiry.kind !== 'inactivity') return;
  expiry.events.forEach((type, i) => {
    checkReported(type, `${pointer}/events/${i}`, checking);
  });
}

/** Lots look at what is reported: any event but outcomes. */
function checkReported(type: string, pointer: string, { names, problems }: Checking): void {
  if (type === 'return' || COUNTED_TYPES.includes(type) || names.declared.has(type)) return;
  const known = ['return', ...COUNTED_TYPES, ...names.declared.keys()];
  const hint = suggestion(type, known) || ` Known: ${known.slice(0, 20).join(', ')}; declare others under events.`;
  problems.add(pointer, 'unknown_event_type', `There is no event type ${shown(type)} that customers report.${hint}`);
}
