/**
 * The till's steps on a customer, one state machine for each transaction (API: Point of sale): quote (changes nothing) →
 * lock → redeem → void or return. Judged at the entry's own position; what a step did is told as outcomes, its answer is
 * recorded beside them.
 *
 * Invariants: (1) a step that does not fit is refused and changes nothing; (2) a lock reserves one use of each of its
 * issues, so two tills never redeem one use; (3) what was locked in time is redeemed as locked, past the offer's end and
 * over a new program; (4) an offline till's redemption is recorded as stated, never refused for a use that is gone.
 */
import type { KnownPurchase } from '../customer/history.js';
import { keptOf } from '../customer/kept.js';
import { transactionExists } from '../customer/says.js';
import { SaleData } from '../event.js';
import type { EventRefused } from '../outcome.js';
import { answer, conflict, type TillHearing } from './hearing.js';
import { lockOf } from './lock-state.js';
import { lock, unlock } from './locking.js';
import { returnDataOf } from './made.js';
import { redeem } from './redeem.js';
import { stepOf } from './step.js';
import { voidSale } from './void.js';

/** One step. Tells why where it does not fit. */
export function hearTill(hearing: TillHearing): void {
  const refused = stepped(hearing);
  if (refused !== undefined) hearing.working.tell('event.refused', hearing.event.time, hearing.cause, refused);
}

function stepped(hearing: TillHearing): EventRefused | undefined {
  const { event, history } = hearing;
  const { transactionId } = event.data;
  const known = history.purchase(transactionId);
  switch (stepOf(event.type)) {
    case 'lock':
      return known === undefined ? lock(hearing) : isTaken(known);
    case 'redeem':
      return known === undefined ? redeem(hearing) : isTaken(known);
    case 'unlock': {
      // An event may have taken the transaction while it was locked.
      const isLocked = lockOf(hearing.working.now, transactionId) !== undefined;
      return known === undefined || isLocked ? unlock(hearing) : isOver(known);
    }
    case 'return':
      if (known === undefined) return conflict(transactionId, 'is not a sale of this customer');
      return known.record?.voided === true ? isOver(known) : giveBack(hearing);
    case 'void':
      if (known === undefined) return conflict(transactionId, 'is not a sale of this customer');
      return known.record?.voided === true ? isOver(known) : undo(hearing, known);
  }
}

/** A transaction names one purchase, whoever told of it first. */
function isTaken(known: KnownPurchase): EventRefused {
  const { id, data } = known.event;
  return data instanceof SaleData ? isOver(known) : transactionExists(data.transactionId, id);
}

function isOver({ event, record }: KnownPurchase): EventRefused {
  return conflict(event.data.transactionId, record?.voided === true ? 'has been voided' : 'has been redeemed');
}

function undo(hearing: TillHearing, known: KnownPurchase): EventRefused | undefined {
  const { event, cause } = hearing;
  const sale = known.event.data;
  if (!(sale instanceof SaleData)) return conflict(sale.transactionId, 'was not made at the till');
  const { refund, notTaken } = voidSale({ occasion: hearing.occasion(event), known, cause });
  answer(hearing, 'voided', sale, { kept: [], refund, notTaken });
  return undefined;
}

function giveBack(hearing: TillHearing): EventRefused | undefined {
  const { working, event } = hearing;
  const { transactionId } = event.data;
  const heard = working.outcomes.length;
  hearing.hear({ ...event, type: 'return', data: returnDataOf(event.data) });
  for (let i = heard; i < working.outcomes.length; i++) {
    const outcome = working.outcomes[i]!;
    if (outcome.type !== 'return.recorded') continue;
    const known = hearing.history.purchase(transactionId)!;
    // Past its window a return is blind: of the sale everything stays as it was.
    const { runs } = keptOf(known.event.data, outcome.data.record ?? known.record);
    answer(hearing, 'returned', known.event.data, { kept: runs, refund: outcome.data.amount });
  }
  return undefined;
}
