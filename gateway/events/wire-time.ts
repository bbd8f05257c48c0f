/** Instants as the API shows them, remembered where they repeat. Digits and punctuation only: never escaped. */
import { formatInstant } from '../../actors/time/instant.js';

const REMEMBERED_MAX = 4_096;
const byZone = new Map<string, Map<number, string>>();
let remembered = 0;
let lastInstant = Number.NaN;
let lastText = '';

/** In UTC. All outcomes of one event have its time, so the last one is remembered. */
export function utcTime(instant: number): string {
  if (instant !== lastInstant) {
    lastText = formatInstant(instant, 'UTC');
    lastInstant = instant;
  }
  return lastText;
}

/** In a zone. Ends of lots and windows are mostly rounded, so there are few of them. */
export function wireTime(instant: number, zone: string): string {
  const known = byZone.get(zone);
  const seen = known?.get(instant);
  if (seen !== undefined) return seen;
  const text = formatInstant(instant, zone);
  if (remembered >= REMEMBERED_MAX) {
    byZone.clear();
    remembered = 0;
  }
  remembered++;
  const into = byZone.get(zone);
  if (into === undefined) byZone.set(zone, new Map([[instant, text]]));
  else into.set(instant, text);
  return text;
}
