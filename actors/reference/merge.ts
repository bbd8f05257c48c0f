/**
 * Two ids turn out to be one person (PROGRAM: "Merge moves lots, debts, tags, offers, purchases, counted events, limits
 * used and remembered ids to the survivor; its attributes win; sums are taken anew, the higher level with its until stays;
 * nothing completes by a merge; the old id is an alias from then on").
 *
 * All of the old life is put beside what the survivor has lived. What is worked out from it, sums, RFM, caps, limits, is so
 * of both from then on. Remembered ids are in `brand.ts`.
 */
import { plus } from './calendar.js';
import type { TierSystem } from './document.js';
import { highestNow, tierOf } from './level.js';
import type { Life, Lot, Tag } from './life.js';
import { tell } from './life.js';
import { mergeProgress } from './merge-progress.js';
import type { Cause } from './outcome.js';
import { change } from './tier-move.js';

/** Why not, or undefined. */
export function merge(life: Life, from: string, time: number, cause: Cause): string | undefined {
  const { brand } = life;
  if (from === life.id) return 'merge_with_itself';
  // Its survivor may be named, to merge all of it.
  if (brand.mergedInto.has(from)) return 'already_merged';
  brand.mergedInto.set(from, life.id);
  const old = brand.lives.get(from);
  if (old !== undefined) {
    brand.lives.delete(from);
    move(life, old);
    for (const system of life.program.tiers ?? []) raiseLevel(life, old, system, time, cause);
  }
  tell(life, 'customer.merged', time, cause, { from });
  return undefined;
}

function move(life: Life, old: Life): void {
  // The merge is the first that is heard of the survivor: it then has the old standing, and not that of a new customer.
  if (life.order === 1) life.status = old.status;
  life.createdAt = Math.min(life.createdAt!, old.createdAt!);
  life.arrivalBefore = Math.max(life.arrivalBefore, old.arrival);
  life.zone ??= old.zone;
  life.locale ??= old.locale;
  // "Its attributes win."
  for (const [name, value] of old.attributes) if (!life.attributes.has(name)) life.attributes.set(name, value);
  for (const tag of old.tags) moveTag(life, tag);
  life.purchases.push(...old.purchases);
  life.returns.push(...old.returns);
  movePoints(life, old);
  life.issues.push(...old.issues);
  life.issues.sort((a, b) => a.number - b.number);
  life.rewards.push(...old.rewards);
  life.rewards.sort((a, b) => a.number - b.number);
  life.runs.push(...old.runs);
  for (const campaignId of old.progress.keys()) mergeProgress(life, old, campaignId);
  life.order = 2 * (life.order + old.order) + 1;
  life.toldBefore.push(...old.toldBefore, ...old.told);
}

/** Set by whom either was set by, to the later end. */
function moveTag(life: Life, tag: Tag): void {
  const held = life.tags.find((each) => each.tag === tag.tag);
  if (held === undefined) {
    life.tags.push(tag);
    return;
  }
  held.setters.push(...tag.setters);
  held.until = held.until === null || tag.until === null ? null : Math.max(held.until, tag.until);
}

/** Lots and debts stand side by side: a debt is "paid by whatever becomes active next". */
function movePoints(life: Life, old: Life): void {
  life.lots.push(...old.lots);
  life.lots.sort((a, b) => a.number - b.number);
  life.reversals.push(...old.reversals);
  for (const [account, debt] of old.debts) life.debts.set(account, (life.debts.get(account) ?? 0) + debt);
  life.events.push(...old.events);
  for (const lot of life.lots) outlast(life, lot);
}

/** "`inactivity` (from the later of the lot's own time and the last such event)", whosever it was; what had ended before it has ended. */
function outlast({ events }: Life, lot: Lot): void {
  const { inactivity, expiresAt } = lot;
  if (inactivity === null || expiresAt === null) return;
  const such = events.filter(({ type }) => inactivity.events.includes(type));
  const last = such.reduce((latest, each) => (each.time > latest.time ? each : latest), such[0]!);
  if (last === undefined || expiresAt < last.time) return;
  lot.expiresAt = Math.max(expiresAt, plus(last.time, inactivity.after, last.zone));
}

/** "The higher level with its until stays": all that held either's level holds the survivor's. No entry gives anything again. */
function raiseLevel(life: Life, old: Life, system: TierSystem, time: number, cause: Cause): void {
  const more = old.tiers.get(system.id);
  if (more === undefined || more.level === null) return;
  const tier = tierOf(life, system.id);
  tier.grounds.push(...more.grounds);
  tier.entries.push(...more.entries);
  tier.doneUpTo = Math.max(tier.doneUpTo, more.doneUpTo);
  const level = Math.max(tier.level ?? 0, more.level);
  const to = highestNow(life, system, { ...tier, level });
  if (tier.level !== null && to <= tier.level) return;
  change(life, system, { to, time, cause, enter: undefined });
  // With its until it keeps its since.
  if (to !== more.level) return;
  tier.since = more.since;
  const told = life.told.pop()!;
  life.told.push({ ...told, data: { ...told.data, since: more.since } });
}
