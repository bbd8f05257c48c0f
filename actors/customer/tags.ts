/** Tags (PROGRAM: Campaigns, "Edges: Points"): set, lengthened, taken off. */
import type { Cause } from '../outcome.js';
import type { CustomerState, TagState } from './state.js';
import type { Working } from './working.js';

export function tagOf(state: CustomerState, tag: string): TagState | undefined {
  const { tags } = state;
  for (let i = 0; i < tags.length; i++) if (tags[i]!.tag === tag) return tags[i];
  return undefined;
}

/** Sets a tag to `until` (ms, null: for good). A tag that is there gives no outcome unless this lengthens it. */
export function addTag(
  working: Working,
  tag: string,
  until: number | null,
  time: number,
  zone: string,
  cause: Cause,
): void {
  const held = tagOf(working.now, tag);
  if (held !== undefined && (held.until === null || (until !== null && until <= held.until))) return;
  working.tell('tag.added', time, cause, until === null ? { tag } : { tag, until, zone });
}

/** Takes a tag off; nothing where it is not there. */
export function removeTag(working: Working, tag: string, time: number, cause: Cause): void {
  if (tagOf(working.now, tag) !== undefined) working.tell('tag.removed', time, cause, { tag });
}
