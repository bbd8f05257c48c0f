/** Local time and back, asked of Intl each time: plain and slow (PROGRAM: Zones; "Edges, decided: Time"). */

const DAY = 86_400_000;

export interface Wall {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Only what Intl takes long to make is kept. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockIn(zone: string): Intl.DateTimeFormat {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    clocks.set(zone, clock);
  }
  return clock;
}

/** What a clock on the wall there shows. */
export function wallAt(zone: string, instant: number): Wall {
  const shown = new Map(
    clockIn(zone)
      .formatToParts(instant)
      .map(({ type, value }) => [type, Number(value)]),
  );
  return {
    year: shown.get('year')!,
    month: shown.get('month')!,
    day: shown.get('day')!,
    hour: shown.get('hour')!,
    minute: shown.get('minute')!,
    second: shown.get('second')!,
  };
}

/** The wall's time as if it were UTC, ms; the instant's own part of a second is kept. */
export function localMs(zone: string, instant: number): number {
  const { year, month, day, hour, minute, second } = wallAt(zone, instant);
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((instant % 1000) + 1000) % 1000);
}

/**
 * The instant at which the wall there shows `local` (ms, as if UTC). "A local time that does not exist moves on by the
 * gap; one that occurs twice is the first."
 */
export function instantOf(zone: string, local: number): number {
  const before = localMs(zone, local - DAY) - (local - DAY);
  const after = localMs(zone, local + DAY) - (local + DAY);
  const candidates = [local - before, local - after].sort((a, b) => a - b);
  for (const candidate of candidates) if (localMs(zone, candidate) === local) return candidate;
  return local - before;
}

/** Days since 1970-01-01 of the local date. */
export function localDay(zone: string, instant: number): number {
  return Math.floor(localMs(zone, instant) / DAY);
}

/** 1 Monday to 7 Sunday; 1970-01-01 was a Thursday. */
export function weekday(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}

/** `YYYY-MM-DD`. */
export function dateText(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}
