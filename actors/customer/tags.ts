/**
 * Tags (PROGRAM: Campaigns, "Edges: Points"): set, lengthened, taken off, given up by a completion that falls.
 *
 * A tag stays while a completion or an event that set it stands, to the latest until among them. Most of what sets a tag
 * never falls; so only completions that may fall are held as claims, beside `firm`, the latest until of all the rest.
 */
import type { Cause, TagAdded, TagClaimed } from '../outcome.js';
import { replaced } from './list.js';
import type { CustomerState, TagClaims, TagState } from './state.js';
import type { Working } from './working.js';

export function tagOf(state: CustomerState, tag: string): TagState | undefined {
  const { tags } = state;
  for (let i = 0; i < tags.length; i++) if (tags[i]!.tag === tag) return tags[i];
  return undefined;
}

/**
 * Sets a tag to `until` (ms, null: for good). A tag that is there gives no outcome unless this lengthens it.
 * `claimedBy`: the completion that sets it, if it may fall.
 */
export function addTag(
  working: Working,
  tag: string,
  until: number | null,
  time: number,
  zone: string,
  cause: Cause,
  claimedBy?: string,
): void {
  const held = tagOf(working.now, tag);
  if (held === undefined || isLater(until, held.until)) {
    working.tell('tag.added', time, cause, until === null ? { tag, claimedBy } : { tag, until, zone, claimedBy });
  } else if (claimedBy !== undefined || (held.claims !== null && isLater(until, held.claims.firm))) {
    working.note('tag.claimed', time, cause, { tag, until, claimedBy });
  }
}

/** Takes a tag off; nothing where it is not there. */
export function removeTag(working: Working, tag: string, time: number, cause: Cause): void {
  if (tagOf(working.now, tag) !== undefined) working.tell('tag.removed', time, cause, { tag });
}

/** A completion that set the tag has fallen: the tag goes, or ends with the latest that still stands. */
export function releaseTag(
  working: Working,
  tag: string,
  completionId: string,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const held = tagOf(working.now, tag);
  if (held === undefined || held.claims === null || !held.claims.by.some(([id]) => id === completionId)) return;
  const until = latestOf(withoutClaim(held.claims, completionId));
  if (until === false || (until !== null && until < working.arrival)) removeTag(working, tag, time, cause);
  else if (until === held.until) working.note('tag.claimed', time, cause, { tag, until, releasedBy: completionId });
  else {
    const shown = until === null ? undefined : zone;
    working.tell('tag.added', time, cause, { tag, until: until ?? undefined, zone: shown, releasedBy: completionId });
  }
}

/** Whether an until is later than another; `null` is for good, `false` never was. */
function isLater(until: number | null, than: number | null | false): boolean {
  if (than === false) return true;
  return than !== null && (until === null || until > than);
}

function latestOf({ firm, by }: TagClaims): number | null | false {
  let latest = firm;
  for (const [, until] of by) if (isLater(until, latest)) latest = until;
  return latest;
}

function withoutClaim({ firm, by }: TagClaims, completionId: string): TagClaims {
  return { firm, by: by.filter(([id]) => id !== completionId) };
}

// ---- the fold -------------------------------------------------------------------------------------------------------

export function tagAdded(state: CustomerState, data: TagAdded): void {
  setTag(state, data.tag, data.until ?? null, data);
}

/** Who holds a tag has changed, and nothing that is seen of it. */
export function tagClaimed(state: CustomerState, data: TagClaimed): void {
  const held = tagOf(state, data.tag);
  if (held !== undefined) setTag(state, data.tag, data.until, data, held.until);
}

function setTag(
  state: CustomerState,
  tag: string,
  until: number | null,
  { claimedBy, releasedBy }: Pick<TagClaimed, 'claimedBy' | 'releasedBy'>,
  shownUntil = until,
): void {
  const { tags } = state;
  let place = 0;
  while (place < tags.length && tags[place]!.tag !== tag) place++;
  const held = tags[place];
  let claims: TagClaims | null = held?.claims ?? null;
  if (releasedBy !== undefined) claims = claims === null ? null : withoutClaim(claims, releasedBy);
  else if (claimedBy !== undefined) claims = withClaim(claims, held, claimedBy, until, state.arrival);
  else if (claims !== null && isLater(until, claims.firm)) claims = { firm: until, by: claims.by };
  if (claims !== null && claims.by.length === 0) claims = null;
  state.tags = replaced(tags, place, { tag, until: shownUntil, claims });
}

/** Claims that have ended meanwhile no longer hold anything. */
function withClaim(
  claims: TagClaims | null,
  held: TagState | undefined,
  completionId: string,
  until: number | null,
  now: number,
): TagClaims {
  const firm = claims !== null ? claims.firm : held === undefined ? false : held.until;
  const by = claims === null ? [] : claims.by.filter(([, end]) => end === null || end >= now);
  return { firm, by: [...by, [completionId, until]] };
}

/** A completion can fall no more: what it set is as firm as anything. */
export function standFirm(state: CustomerState, completionId: string): void {
  for (let i = 0; i < state.tags.length; i++) {
    const held = state.tags[i]!;
    const claim = held.claims?.by.find(([id]) => id === completionId);
    if (held.claims === null || claim === undefined) continue;
    const { firm, by } = withoutClaim(held.claims, completionId);
    const latest = isLater(claim[1], firm) ? claim[1] : firm;
    state.tags = replaced(state.tags, i, {
      ...held,
      claims: by.length === 0 ? null : { firm: latest, by },
    });
  }
}
