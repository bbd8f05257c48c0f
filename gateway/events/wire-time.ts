/** Instants as the API shows them, remembered: the outcomes of a batch share most of theirs. */
import { formatInstant } from '../../actors/time/instant.js';

const REMEMBERED_MAX = 4_096;
const byZone = new Map<string, Map<number, string>>();
let remembered = 0;

/** `formatInstant`, remembered. Already escaped for JSON: it holds digits and punctuation only. */
export function wireTime(instant: number, zone: string): string {
  let known = byZone.get(zone);
  if (known === undefined) {
    known = new Map();
    byZone.set(zone, known);
  }
  const seen = known.get(instant);
  if (seen !== undefined) return seen;
  if (remembered >= REMEMBERED_MAX) {
    byZone.clear();
    remembered = 0;
    known = new Map();
    byZone.set(zone, known);
  }
  const text = formatInstant(instant, zone);
  known.set(instant, text);
  remembered++;
  return text;
}
