/**
 * Time zones: offsets, local times and back. `Intl` is the only source of zone rules.
 *
 * Invariants: (1) pure to its callers: the caches only remember what Intl said; (2) every cache is bounded
 * (`limits.zonesCachedMax`, `limits.zoneChunksMax`); (3) total: an instant beyond what a Date can hold takes the offset
 * at the nearest one it can. A zone that `isZone` refuses is a bug of the caller and throws RangeError.
 *
 * Intl is slow (microseconds), so a zone's time line is cut into chunks of 2^34 ms (about 199 days). A chunk's
 * transitions are found once, by probing and bisection; after that a look-up is a comparison with the segment hit last,
 * or a Map look-up and a short walk.
 */
import { limits } from '../limits.js';
import {
  DAY_MS,
  dayOf,
  dayOfWeek,
  daysOf,
  HOUR_MS,
  MINUTE_MS,
  monthOf,
  packedDate,
  SECOND_MS,
  yearOf,
} from './civil.js';

const CHUNK_MS = 2 ** 34;
/** No zone changes its offset and changes it back within less: nothing between two equal probes is missed. */
const PROBE_MS = 3 * DAY_MS;
const INSTANT_MAX = 8_640_000_000_000_000;
const NAME_CHARACTERS_MAX = 64;

export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 1 Monday to 7 Sunday. */
  readonly dayOfWeek: number;
}

/** Whether `zone` names an IANA time zone (`Europe/London`, `UTC`). Offsets such as `+05:30` are not zones. */
export function isZone(zone: string): boolean {
  return zone === last?.name || zones.has(zone) || open(zone) !== undefined;
}

/** Local time minus UTC at an instant, ms. */
export function offsetAt(zone: string, instant: number): number {
  const rules = last !== undefined && last.name === zone ? last : rulesOf(zone);
  return instant >= rules.from && instant < rules.to ? rules.offset : seek(rules, instant);
}

/** What a clock on the wall there shows. */
export function localTime(zone: string, instant: number): LocalTime {
  const local = instant + offsetAt(zone, instant);
  const days = Math.floor(local / DAY_MS);
  const ofDay = local - days * DAY_MS;
  const date = packedDate(days);
  return {
    year: yearOf(date),
    month: monthOf(date),
    day: dayOf(date),
    hour: Math.floor(ofDay / HOUR_MS),
    minute: Math.floor(ofDay / MINUTE_MS) % 60,
    second: Math.floor(ofDay / SECOND_MS) % 60,
    dayOfWeek: dayOfWeek(days),
  };
}

/**
 * The instant at which a clock there shows this local time. A local time that does not exist moves on by the gap; one
 * that occurs twice is the first (PROGRAM: "Edges, decided: Time"). `day` may lie outside the month and then counts on.
 */
export function instantOf(
  zone: string,
  year: number,
  month: number,
  day: number,
  hour = 0,
  minute = 0,
  second = 0,
  ms = 0,
): number {
  return instantOfLocal(
    zone,
    daysOf(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + ms,
  );
}

/** The same for a local time given as ms since 1970-01-01T00:00 on that clock. */
export function instantOfLocal(zone: string, local: number): number {
  const before = offsetAt(zone, local - DAY_MS);
  const after = offsetAt(zone, local + DAY_MS);
  // Before comes first: it is the earlier of two readings, and in a gap it is what moves the time on.
  if (before === after || offsetAt(zone, local - before) === before) return local - before;
  if (offsetAt(zone, local - after) === after) return local - after;
  return local - before;
}

/** One zone as far as it is known. `from`, `to`, `offset` are the segment hit last. */
interface Rules {
  readonly name: string;
  readonly format: Intl.DateTimeFormat;
  readonly chunks: Map<number, Chunk>;
  from: number;
  to: number;
  offset: number;
}
/** Segment i of a chunk is [starts[i], starts[i + 1]) with offsets[i]; the last start is the chunk's end. */
interface Chunk {
  readonly starts: number[];
  readonly offsets: number[];
}

const zones = new Map<string, Rules>();
let last: Rules | undefined;

function rulesOf(zone: string): Rules {
  const rules = zones.get(zone) ?? open(zone);
  if (rules === undefined) throw new RangeError(`"${zone}" is not a time zone; ask isZone first`);
  last = rules;
  return rules;
}

function open(zone: string): Rules | undefined {
  const first = zone.charCodeAt(0) | 32;
  if (zone.length > NAME_CHARACTERS_MAX || !(first >= 97 && first <= 122)) return undefined;
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
  } catch {
    return undefined;
  }
  if (zones.size >= limits.zonesCachedMax) zones.clear();
  const rules: Rules = { name: zone, format, chunks: new Map(), from: 1, to: 0, offset: 0 };
  zones.set(zone, rules);
  return rules;
}

function seek(rules: Rules, instant: number): number {
  const at = clamp(instant);
  const index = Math.floor(at / CHUNK_MS);
  let chunk = rules.chunks.get(index);
  if (chunk === undefined) {
    chunk = explore(rules, index * CHUNK_MS, (index + 1) * CHUNK_MS);
    if (rules.chunks.size >= limits.zoneChunksMax) rules.chunks.clear();
    rules.chunks.set(index, chunk);
  }
  let i = 0;
  while (at >= chunk.starts[i + 1]!) i++;
  rules.from = chunk.starts[i]!;
  rules.to = chunk.starts[i + 1]!;
  rules.offset = chunk.offsets[i]!;
  return rules.offset;
}

function explore(rules: Rules, from: number, to: number): Chunk {
  const starts = [from];
  const offsets = [ask(rules, from)];
  for (let low = from; low < to; low += PROBE_MS) {
    const high = Math.min(low + PROBE_MS, to);
    const wanted = ask(rules, high);
    while (offsets.at(-1) !== wanted) {
      const change = firstChange(rules, Math.max(low, starts.at(-1)!), high);
      if (change === to) break;
      starts.push(change);
      offsets.push(ask(rules, change));
    }
  }
  starts.push(to);
  return { starts, offsets };
}

/** The first instant after `low` with another offset than `low` has; `high` has another. */
function firstChange(rules: Rules, low: number, high: number): number {
  const before = ask(rules, low);
  let same = low;
  let other = high;
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (ask(rules, middle) === before) same = middle;
    else other = middle;
  }
  return other;
}

/** What Intl says, from texts such as "1/1/1970, GMT-05:00", "GMT" or "GMT-00:44:30". */
function ask(rules: Rules, instant: number): number {
  const text = rules.format.format(clamp(instant));
  const start = text.lastIndexOf('GMT') + 3;
  if (start === text.length) return 0;
  const sign = text.charCodeAt(start) === 45 || text.charCodeAt(start) === 0x2212 ? -1 : 1;
  const [hours, minutes, seconds] = text.slice(start + 1).split(':');
  return sign * (Number(hours) * HOUR_MS + Number(minutes ?? 0) * MINUTE_MS + Number(seconds ?? 0) * SECOND_MS);
}

function clamp(instant: number): number {
  return Math.min(Math.max(instant, -INSTANT_MAX), INSTANT_MAX);
}
