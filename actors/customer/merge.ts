/**
 * Two ids turn out to be one person (PROGRAM: Merge): all of the customer `from` moves to the survivor, the event's
 * subject; nothing completes by it, and the old id is an alias from then on.
 *
 * The whole state of `from` travels in the survivor's own journal entry (`state.moved`), so that its fold needs nobody
 * else. What was remembered of `from` (ids, transactions) stays where it is and is asked through `aliases`.
 */
import type { Event, Json, MergeData } from '../event.js';
import { limits } from '../limits.js';
import type { Cause, EventRefused } from '../outcome.js';
import type { Program } from '../program/program.js';
import { isAnonymous } from '../till/anonymous.js';
import { withoutNames } from './merge-names.js';
import { ROW_ATTRIBUTES, toRow } from './row.js';
import type { Hearing, Said } from './says.js';
import type { CustomerState } from './state.js';
import { tierOf } from './tier-state.js';
import { dueOf, highestHeldNow, levelIndex, untilOf } from './until.js';
import type { Working } from './working.js';

/** Refuses with `merge_with_itself`, `anonymous_sale`, `already_merged`, `too_many_merges` or `too_much_to_merge`. */
export function merge(hearing: Hearing, event: Event<MergeData>): Said {
  const { working, program, cause, zone } = hearing;
  const { from } = event.data;
  const old = hearing.history.customer(from);
  const refused = refusal(event, old?.mergedInto);
  if (refused !== undefined) return { refused };
  const state = old?.state;
  const aliases = 1 + (state?.aliases.length ?? 0) + working.now.aliases.length;
  if (aliases > limits.aliasesPerCustomerMax) {
    const detail = `with this one ${aliases} ids would be merged into ${JSON.stringify(event.subject)}; at most ${limits.aliasesPerCustomerMax} are`;
    return { refused: { reason: 'too_many_merges', detail } };
  }
  const isKnown = (transactionId: string) => hearing.history.transaction('purchase', transactionId) !== undefined;
  const row = state === undefined ? null : rowOf(withoutNames(state, isKnown));
  if (bytesOf(row) > limits.mergeBytesMax) {
    const detail = `what is known of ${JSON.stringify(from)} takes more than ${limits.mergeBytesMax} bytes; let what it counts complete or expire first`;
    return { refused: { reason: 'too_much_to_merge', detail } };
  }
  const status = state !== undefined && isNew(working) ? state.status : undefined;
  const attributes = state === undefined ? undefined : missing(working.now, state);
  working.note('state.moved', event.time, cause, { from, row, status, attributes });
  if (state !== undefined) raiseLevels(working, program, state, event.time, zone, cause);
  working.tell('customer.merged', event.time, cause, { from });
  return undefined;
}

function refusal(
  { subject, data: { from } }: Event<MergeData>,
  mergedInto: string | undefined,
): EventRefused | undefined {
  if (from === subject) {
    const detail = `${JSON.stringify(from)} is the customer itself; from names the id that is given up`;
    return { reason: 'merge_with_itself', detail };
  }
  if (isAnonymous(from)) {
    const detail = `${JSON.stringify(from)} is an anonymous sale and no customer; claim it with purchase.claimed`;
    return { reason: 'anonymous_sale', detail };
  }
  if (mergedInto === undefined) return undefined;
  const into = JSON.stringify(mergedInto);
  const mend = mergedInto === subject ? 'nothing is left to move' : `name ${into} to merge all of it`;
  return { reason: 'already_merged', detail: `${JSON.stringify(from)} was merged into ${into} before; ${mend}` };
}

/** Attributes stand apart, where they are sealed with the survivor's key. */
function rowOf(state: CustomerState): Json {
  const row = toRow(state);
  row[ROW_ATTRIBUTES] = {};
  return row as Json;
}

/** About what it takes in the journal: every number nine bytes, every text its own length and three more. */
function bytesOf(value: Json): number {
  if (typeof value === 'string') return 3 * value.length + 3;
  if (typeof value !== 'object' || value === null) return typeof value === 'number' ? 9 : 1;
  let bytes = 5;
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) bytes += bytesOf(value[i]!);
  return bytes;
}

/** The merge is the first that is heard of the survivor: it then has the old standing, and not that of a new customer. */
function isNew({ outcomes }: Working): boolean {
  const opened = outcomes[0];
  return opened?.type === 'entry.judged' && opened.data.created !== undefined;
}

/** The survivor's attributes win; the old one's fill the gaps, as long as there is room. */
function missing(survivor: CustomerState, old: CustomerState): Readonly<Record<string, Json>> | undefined {
  const room = limits.attributesPerCustomerMax - Object.keys(survivor.attributes).length;
  const filled = Object.entries(old.attributes).filter(([name]) => !Object.hasOwn(survivor.attributes, name));
  return filled.length === 0 || room <= 0 ? undefined : Object.fromEntries(filled.slice(0, room));
}

/** The higher level with its until stays: what held either holds the survivor, and no entry gives anything. */
function raiseLevels(
  working: Working,
  program: Program,
  old: CustomerState,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const { after } = working;
  for (const system of program.tiers) {
    const tier = tierOf(working.now, system.id)!;
    const before = tierOf(old, system.id);
    // Neither has heard an event that counts: the first one gives the lowest level.
    if (before === undefined || before.level === null) continue;
    const index = levelIndex(system, tier.level);
    const best = highestHeldNow(system, tier.untils, Math.max(index, levelIndex(system, before.level)), after);
    const dueAt = dueOf(system, tier.untils, best, after);
    if (dueAt !== tier.dueAt) working.note('tier.counted', time, cause, { system: system.id, dueAt });
    if (best <= index) continue;
    const to = system.levels[best]!.id;
    working.tell('tier.changed', time, cause, {
      system: system.id,
      from: tier.level,
      to,
      since: before.level === to ? before.since : time,
      until: best === 0 ? null : untilOf(tier.untils, to),
      zone,
      reason: 'merged',
      initial: tier.level === null ? true : undefined,
    });
  }
}
