/**
 * The arithmetic of a purchase or return as reported: sums that stay exact, discounts that fit what they go over, and
 * a total that says the same as the lines (API: Events).
 */
import { firstMisfit } from '../customer/paid.js';
import type { PurchaseData, ReturnData } from '../event.js';
import { limits } from '../limits.js';
import { at, type Problems } from '../program/problem.js';

/** True where the purchase adds up; with `problems`, says where it does not. Its shape must have been checked. */
export function purchaseAddsUp(data: PurchaseData, problems: Problems | undefined): boolean {
  const { lines, discounts, total } = data;
  if (lines === undefined) {
    if (total === undefined) {
      problems?.add('/data', 'lines_or_total', 'A purchase needs `lines`, or `total`, or both.');
      return false;
    }
    if (discounts === undefined || discounts.length === 0) return true;
    problems?.add(
      '/data/discounts',
      'discounts_without_lines',
      'Discounts go over lines; without lines send the net as `total`.',
    );
    return false;
  }
  let gross = 0;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    gross += line.quantity * line.unitPrice;
    if (!Number.isSafeInteger(gross)) {
      problems?.add(
        at('/data/lines', i),
        'amount_too_large',
        'The lines up to this one sum to more than 2^53 minor units, where money is no longer exact.',
      );
      return false;
    }
  }
  if (lines.length > 1 && !distinctLines(data, problems)) return false;
  const discounted = discounts === undefined || discounts.length === 0 ? 0 : discountsFit(data, gross, problems);
  if (discounted < 0) return false;
  const net = gross - discounted;
  if (total === undefined || total === net) return true;
  problems?.add(
    '/data/total',
    'total_mismatch',
    `The total is ${total}, the lines less the discounts are ${net}; send ${net}, or leave the total out.`,
  );
  return false;
}

function distinctLines({ lines }: PurchaseData, problems: Problems | undefined): boolean {
  // Few lines: comparing is cheaper than a set.
  if (lines!.length <= 8) {
    for (let i = 1; i < lines!.length; i++) {
      for (let j = 0; j < i; j++)
        if (lines![i]!.lineId === lines![j]!.lineId) return twice(i, lines![i]!.lineId, problems);
    }
    return true;
  }
  const seen = new Set<string>();
  for (let i = 0; i < lines!.length; i++) {
    if (seen.has(lines![i]!.lineId)) return twice(i, lines![i]!.lineId, problems);
    seen.add(lines![i]!.lineId);
  }
  return true;
}

function twice(line: number, lineId: string, problems: Problems | undefined): boolean {
  problems?.add(
    `/data/lines/${line}/lineId`,
    'line_id_reused',
    `There are two lines ${JSON.stringify(lineId)}; every line needs an id of its own.`,
  );
  return false;
}

/** The sum of the discounts, or −1 where one is larger than what is left of what it goes over, in the order given. */
function discountsFit(data: PurchaseData, gross: number, problems: Problems | undefined): number {
  const left = new Map<string, number>();
  for (const line of data.lines!) left.set(line.lineId, line.quantity * line.unitPrice);
  let all = gross;
  let overAll = 0;
  let mixed = false;
  for (let i = 0; i < data.discounts!.length; i++) {
    const { lineId, amount } = data.discounts![i]!;
    const over = lineId === undefined ? all : left.get(lineId);
    if (over === undefined) {
      problems?.add(
        `/data/discounts/${i}/lineId`,
        'unknown_line',
        `There is no line ${JSON.stringify(lineId)} in this purchase.`,
      );
      return -1;
    }
    if (lineId === undefined && ++overAll > limits.checkDiscountsMax) {
      const detail = `Takes at most ${limits.checkDiscountsMax} discounts over the whole check; send their sum as one.`;
      problems?.add(`/data/discounts/${i}`, 'too_many', detail);
      return -1;
    }
    if (amount > over || amount > all) return misfits(data, problems);
    all -= amount;
    if (lineId === undefined) continue;
    left.set(lineId, over - amount);
    mixed ||= overAll > 0;
  }
  // A discount over the check has left less of each line, by its units' shares.
  return mixed && firstMisfit(data) !== undefined ? misfits(data, problems) : gross - all;
}

function misfits(data: PurchaseData, problems: Problems | undefined): -1 {
  if (problems === undefined) return -1;
  const { discount, left } = firstMisfit(data)!;
  const { lineId, amount } = data.discounts![discount]!;
  const [what, code] = lineId === undefined ? ['check', 'discount_exceeds_total'] : ['line', 'discount_exceeds_line'];
  const detail = `The discount is ${amount}, what is left to pay of the ${what} is ${left}.`;
  problems.add(`/data/discounts/${discount}/amount`, code!, detail);
  return -1;
}

/** True where the return says enough and adds up. Its shape must have been checked. */
export function returnAddsUp(data: ReturnData, problems: Problems | undefined): boolean {
  const { lines, total, originalTransactionId } = data;
  if ((lines === undefined) === (total === undefined)) {
    problems?.add('/data', 'lines_or_total', 'A return needs either `lines` or `total`.');
    return false;
  }
  if (lines === undefined) return true;
  let sum = 0;
  let fine = true;
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    if (originalTransactionId === undefined && line.unitPrice === undefined) {
      problems?.add(
        `/data/lines/${i}/unitPrice`,
        'price_needed',
        'Without originalTransactionId the return is blind, and each line needs its unitPrice.',
      );
      fine = false;
    }
    if (originalTransactionId !== undefined && line.lineId === undefined && line.sku === undefined) {
      problems?.add(`/data/lines/${i}`, 'line_unnamed', 'Name the line that comes back by its lineId or sku.');
      fine = false;
    }
    if (
      line.units !== undefined &&
      (line.units.length !== line.quantity || new Set(line.units).size !== line.units.length)
    ) {
      problems?.add(
        `/data/lines/${i}/units`,
        'units_mismatch',
        `Name as many different units as the quantity says (${line.quantity}), or none.`,
      );
      fine = false;
    }
    sum += line.quantity * (line.unitPrice ?? 0);
    if (!Number.isSafeInteger(sum)) {
      problems?.add(
        `/data/lines/${i}`,
        'amount_too_large',
        'The lines up to this one sum to more than 2^53 minor units, where money is no longer exact.',
      );
      return false;
    }
  }
  return fine;
}
