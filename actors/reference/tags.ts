/** Tags (PROGRAM: Campaigns; "Edges, decided: Points": "a tag stays while …"). */
import { plus } from './calendar.js';
import type { Completion, Life, Tag } from './life.js';
import { tell, zoneOf } from './life.js';
import { type Cause, TIME } from './outcome.js';

/** "`for` runs from the event's time." "Adding a tag that is there gives no outcome unless it lengthens it." */
export function addTag(
  life: Life,
  tag: string,
  span: string | undefined,
  time: number,
  cause: Cause,
  by: Completion | null,
): void {
  const until = span === undefined ? null : plus(time, span, zoneOf(life));
  if (by !== null) by.given.push({ tag });
  const held = life.tags.find((each) => each.tag === tag);
  if (held === undefined) {
    life.tags.push({ tag, setters: [{ by, until }], until });
  } else {
    held.setters.push({ by, until });
    if (!isLonger(until, held.until)) return;
    held.until = until;
  }
  tell(life, 'tag.added', time, cause, until === null ? { tag } : { tag, until });
}

function isLonger(until: number | null, than: number | null): boolean {
  return than !== null && (until === null || until > than);
}

export function removeTag(life: Life, tag: string, time: number, cause: Cause): void {
  const held = life.tags.find((each) => each.tag === tag);
  if (held === undefined) return;
  drop(life, held);
  tell(life, 'tag.removed', time, cause, { tag });
}

export function expireTag(life: Life, held: Tag, time: number): void {
  drop(life, held);
  tell(life, 'tag.removed', time, TIME, { tag: held.tag, expired: true });
}

/** "Removes the tag unless another outcome also set it"; it then stays "to the latest `until` among them". */
export function releaseTag(life: Life, tag: string, completion: Completion, time: number, cause: Cause): void {
  const held = life.tags.find((each) => each.tag === tag);
  const others = held?.setters.filter(({ by }) => by !== completion);
  if (held === undefined || others === undefined || others.length === held.setters.length) return;
  held.setters = others;
  const ends = others.map(({ until }) => until ?? Number.POSITIVE_INFINITY);
  const latest = Math.max(...ends);
  if (latest < life.arrival) {
    removeTag(life, tag, time, cause);
    return;
  }
  const until = latest === Number.POSITIVE_INFINITY ? null : latest;
  if (until === held.until) return;
  held.until = until;
  tell(life, 'tag.added', time, cause, until === null ? { tag } : { tag, until });
}

function drop(life: Life, held: Tag): void {
  life.tags.splice(life.tags.indexOf(held), 1);
}
