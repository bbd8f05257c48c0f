/** Checks of a program's geofences beyond their shape: ids, stores, one outline each, polygons that enclose a place. */
import { limits } from '../limits.js';
import type { Checking } from '../program/check-campaign.js';
import { listAt, textAt } from '../program/names.js';
import { suggestion } from '../program/nearest.js';
import { at, type Problem, Problems, shown } from '../program/problem.js';
import type { SchemaNode } from '../program/schema-node.js';
import { bounded, checkShape } from '../program/shape.js';
import { crossingOf } from './crossing.js';
import { type GeofenceDocument, GeofencesSchema } from './document-geofence.js';
import { METERS_PER_DEGREE, RADIANS_PER_DEGREE } from './position.js';
import { isSamePlace, type Ring, ringOf } from './ring.js';

const ROOT = GeofencesSchema as unknown as SchemaNode;
const SPAN_METERS_MAX = 2 * limits.geofenceRadiusMetersMax;
const AREA_SQUARE_METERS_MIN = 1;

/**
 * Every problem of `geofences` of a document of any shape: of their own shape first, then of their meaning, for each
 * fence whose shape is right. Empty where there are none.
 */
export function validateGeofences(document: unknown): readonly Problem[] {
  const problems = new Problems();
  const geofences = (document as { readonly geofences?: unknown } | null | undefined)?.geofences;
  if (geofences === undefined || !bounded(geofences, problems)) return problems.list;
  checkShape(ROOT, geofences, problems, '/geofences');
  if (problems.full) return problems.list;
  const broken = new Set(problems.list.map(({ pointer }) => pointer.split('/', 3).join('/')));
  checkGeofences(document, { problems, sound: (pointer) => !broken.has(pointer) });
  return problems.list;
}

/** Of meaning only; `sound` tells whether the shape at a pointer is right. */
export function checkGeofences(document: unknown, { problems, sound }: Pick<Checking, 'problems' | 'sound'>): void {
  const stores = new Set(listAt(document, 'stores').map((store) => textAt(store, 'id') ?? ''));
  const seen = new Map<string, number>();
  listAt(document, 'geofences').forEach((geofence, i) => {
    const pointer = `/geofences/${i}`;
    checkUnique(textAt(geofence, 'id'), i, seen, problems);
    if (sound(pointer)) checkGeofence(geofence as GeofenceDocument, pointer, stores, problems);
  });
}

function checkUnique(id: string | undefined, i: number, seen: Map<string, number>, problems: Problems): void {
  if (id === undefined) return;
  const before = seen.get(id);
  if (before === undefined) seen.set(id, i);
  else
    problems.add(
      `/geofences/${i}/id`,
      'duplicate_id',
      `${shown(id)} is already the id of /geofences/${before}; give it another.`,
    );
}

function checkGeofence(
  { storeId, circle, polygon }: GeofenceDocument,
  pointer: string,
  stores: ReadonlySet<string>,
  problems: Problems,
): void {
  if (storeId !== undefined && !stores.has(storeId)) {
    problems.add(
      at(pointer, 'storeId'),
      'unknown_store',
      `There is no store ${shown(storeId)}.${suggestion(storeId, stores)}`,
    );
  }
  if ((circle === undefined) === (polygon === undefined))
    problems.add(pointer, 'one_outline', 'Takes exactly one of circle and polygon.');
  else if (polygon !== undefined) checkPolygon(polygon, at(pointer, 'polygon'), problems);
}

type Polygon = NonNullable<GeofenceDocument['polygon']>;

/** The first thing wrong with it; what is told later makes no sense before that is mended. */
function checkPolygon(polygon: Polygon, pointer: string, problems: Problems): void {
  const most = limits.geofencePolygonLatitudeMax;
  for (let i = 0; i < polygon.length; i++) {
    const { latitude } = polygon[i]!;
    if (Math.abs(latitude) > most) {
      const detail = `Polygons reach at most ${most} degrees north and south; use a circle so near a pole.`;
      problems.add(`${pointer}/${i}/latitude`, 'polygon_at_pole', detail);
      return;
    }
    if (i > 0 && isSamePlace(polygon[i - 1]!, polygon[i]!)) {
      problems.add(`${pointer}/${i}`, 'repeated_point', 'The same place as the point before; leave it out.');
      return;
    }
  }
  const ring = ringOf(polygon);
  const size = ring.edge.length / 2;
  if (size < 3) {
    problems.add(pointer, 'too_few', `Takes at least 3 points, has ${size} and the first one again.`);
    return;
  }
  const span = spanMeters(ring);
  if (span > SPAN_METERS_MAX) {
    const detail = `Reaches ${Math.ceil(span / 1_000)} km across, at most ${SPAN_METERS_MAX / 1_000} km; divide it into several. Points are latitude and longitude in degrees.`;
    problems.add(pointer, 'polygon_too_wide', detail);
    return;
  }
  const crossing = crossingOf(ring);
  if (crossing !== undefined) {
    const [i, j] = crossing;
    const detail = `The edge from point ${i} to ${(i + 1) % size} meets the edge from point ${j} to ${(j + 1) % size} (counted from 0); write the points in their order around the place.`;
    problems.add(pointer, 'polygon_crosses_itself', detail);
    return;
  }
  if (areaSquareMeters(ring) < AREA_SQUARE_METERS_MIN)
    problems.add(pointer, 'polygon_flat', 'Encloses less than a square meter; its points lie on a line.');
}

/** The greater of height and width, the width where it is widest. */
function spanMeters({ west, south, east, north }: Ring): number {
  const nearest = south <= 0 && north >= 0 ? 0 : Math.min(Math.abs(south), Math.abs(north));
  return METERS_PER_DEGREE * Math.max(north - south, (east - west) * Math.cos(nearest * RADIANS_PER_DEGREE));
}

function areaSquareMeters({ edge, west, south, north }: Ring): number {
  let twice = 0;
  for (let i = 0; i < edge.length; i += 2) {
    const j = (i + 2) % edge.length;
    twice += (edge[i]! - west) * (edge[j + 1]! - south) - (edge[j]! - west) * (edge[i + 1]! - south);
  }
  const perLongitude = METERS_PER_DEGREE * Math.cos(((south + north) / 2) * RADIANS_PER_DEGREE);
  return (Math.abs(twice) / 2) * perLongitude * METERS_PER_DEGREE;
}
