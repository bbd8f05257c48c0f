/**
 * What a `location` event says: which geofences its customer has entered and which left (GLOSSARY: Geofence).
 *
 * Invariants: (1) the answer is a function of the position, the fences and those the customer was in, in any order;
 * (2) ids come in the program's order; (3) it costs the fences whose box holds the position and those the customer was
 * in, never all of them; (4) where nothing changes nothing is allocated.
 */
import { limits } from '../limits.js';
import { distanceOf, isEntered, isExited, saysWhere } from './fence.js';
import type { GeofenceIndex } from './geofence-index.js';

export interface Located {
  readonly entered: readonly string[];
  readonly exited: readonly string[];
  /** Of those the customer was in, the ones this program does not have any more, in the order given. */
  readonly gone: readonly string[];
}

const NONE: readonly string[] = Object.freeze([]);
const NOTHING: Located = Object.freeze({ entered: NONE, exited: NONE, gone: NONE });

/**
 * Position in degrees, accuracy in meters; `inside`: ids of the fences the customer is in, each once. A customer is in
 * at most `geofencesInsideMax` at once: of more, those first in the program are entered.
 */
export function locate(
  index: GeofenceIndex,
  latitude: number,
  longitude: number,
  accuracyMeters: number,
  inside: readonly string[],
): Located {
  if (!saysWhere(accuracyMeters)) return NOTHING;
  const { byId, held } = index;
  const count = index.tree.search(latitude, longitude, index.found);
  let exited: number[] | undefined;
  let gone: string[] | undefined;
  let kept = 0;
  for (let i = 0; i < inside.length; i++) {
    const fence = byId.get(inside[i]!);
    if (fence === undefined) {
      gone ??= [];
      gone.push(inside[i]!);
      continue;
    }
    held[fence.number] = 1;
    if (isExited(fence, distanceOf(fence, latitude, longitude), accuracyMeters)) {
      exited ??= [];
      exited.push(fence.number);
    } else {
      kept++;
    }
  }
  const entered = enteredOf(index, count, latitude, longitude, accuracyMeters);
  for (let i = 0; i < inside.length; i++) {
    const fence = byId.get(inside[i]!);
    if (fence !== undefined) held[fence.number] = 0;
  }
  if (entered === undefined && exited === undefined && gone === undefined) return NOTHING;
  const room = Math.max(0, limits.geofencesInsideMax - kept);
  return {
    entered: entered === undefined ? NONE : idsOf(index, entered, room),
    exited: exited === undefined ? NONE : idsOf(index, exited, exited.length),
    gone: gone ?? NONE,
  };
}

/** Of the first `count` fences in `found` those not held and surely entered. */
function enteredOf(
  index: GeofenceIndex,
  count: number,
  latitude: number,
  longitude: number,
  accuracyMeters: number,
): number[] | undefined {
  let entered: number[] | undefined;
  for (let i = 0; i < count; i++) {
    const number = index.found[i]!;
    if (index.held[number] === 1) continue;
    const fence = index.fences[number]!;
    if (!isEntered(fence, distanceOf(fence, latitude, longitude), accuracyMeters)) continue;
    entered ??= [];
    entered.push(number);
  }
  return entered;
}

function idsOf(index: GeofenceIndex, numbers: number[], most: number): readonly string[] {
  numbers.sort((a, b) => a - b);
  const ids: string[] = [];
  for (let i = 0; i < numbers.length && i < most; i++) ids.push(index.fences[numbers[i]!]!.id);
  return ids;
}
