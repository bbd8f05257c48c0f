/** Instants as the API shows them, remembered where they repeat. Digits and punctuation only: never escaped. */
import { formatInstant } from '../../actors/time/instant.js';
import { ascii } from './json-writer.js';

const REMEMBERED_MAX = 4_096;
const byZone = new Map<string, Map<number, Uint8Array>>();
let remembered = 0;
let lastInstant = Number.NaN;
let last = '';

/** In UTC, with its quotes. All outcomes of one event have its time, so the last one is remembered. */
export function utcTime(instant: number): string {
  if (instant !== lastInstant) {
    last = `"${formatInstant(instant, 'UTC')}"`;
    lastInstant = instant;
  }
  return last;
}

/** In a zone, with its quotes. Ends of lots and windows are mostly rounded, so there are few of them. */
export function zonedTime(instant: number, zone: string): Uint8Array {
  const seen = byZone.get(zone)?.get(instant);
  if (seen !== undefined) return seen;
  const text = ascii(`"${formatInstant(instant, zone)}"`);
  if (remembered >= REMEMBERED_MAX) {
    byZone.clear();
    remembered = 0;
  }
  remembered++;
  const known = byZone.get(zone);
  if (known === undefined) byZone.set(zone, new Map([[instant, text]]));
  else known.set(instant, text);
  return text;
}
