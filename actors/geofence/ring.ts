/**
 * The edge of a polygon, and how far a position is from it: negative inside, positive outside.
 *
 * Edges are straight in degrees, as in GeoJSON (RFC 7946, 3.1.1), so that what is inside does not depend on where one
 * stands. Distances are taken on a plane laid at the position itself (equirectangular), hence right where they decide:
 * within 1 km of the edge to 0.02 % at 60° and 0.5 % at 89°, whatever the size of the polygon; farther away they only
 * stay far. Validation keeps polygons off the poles (`geofencePolygonLatitudeMax`) and below 200 km.
 * Invariant: `edge` is open (the last point is not the first again) and continuous: where the polygon crosses the
 * antimeridian its longitudes go on beyond ±180.
 */
import { METERS_PER_DEGREE, RADIANS_PER_DEGREE } from './position.js';

interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

export interface Ring {
  readonly kind: 'ring';
  /** Longitude and latitude of each point in turn, degrees. */
  readonly edge: Float64Array;
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** `points` in their order around the place, closed or not, either way round; the short way from each to the next. */
export function ringOf(points: readonly Point[]): Ring {
  const size = points.length - (isClosed(points) ? 1 : 0);
  const edge = new Float64Array(2 * size);
  let turn = 0;
  let west = Number.POSITIVE_INFINITY;
  let south = Number.POSITIVE_INFINITY;
  let east = Number.NEGATIVE_INFINITY;
  let north = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < size; i++) {
    const { latitude, longitude } = points[i]!;
    const step = i === 0 ? 0 : longitude - points[i - 1]!.longitude;
    if (step > 180) turn -= 360;
    else if (step < -180) turn += 360;
    edge[2 * i] = longitude + turn;
    edge[2 * i + 1] = latitude;
    west = Math.min(west, longitude + turn);
    east = Math.max(east, longitude + turn);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  return { kind: 'ring', edge, west, south, east, north };
}

/** Meters from the position (degrees) to the nearest point of the edge, negative inside, 0 on it. */
export function signedDistanceMeters(ring: Ring, latitude: number, longitude: number): number {
  const { edge } = ring;
  const perLongitude = METERS_PER_DEGREE * Math.cos(latitude * RADIANS_PER_DEGREE);
  const here = turnedTowards((ring.west + ring.east) / 2, longitude);
  let inside = false;
  let nearest = Number.POSITIVE_INFINITY;
  let ax = (edge[edge.length - 2]! - here) * perLongitude;
  let ay = (edge[edge.length - 1]! - latitude) * METERS_PER_DEGREE;
  for (let i = 0; i < edge.length; i += 2) {
    const bx = (edge[i]! - here) * perLongitude;
    const by = (edge[i + 1]! - latitude) * METERS_PER_DEGREE;
    const dx = bx - ax;
    const dy = by - ay;
    // A ray to the east crosses this edge: even-odd.
    if (ay > 0 !== by > 0 && ax - (ay * dx) / dy > 0) inside = !inside;
    const length = dx * dx + dy * dy;
    const along = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length));
    const px = ax + along * dx;
    const py = ay + along * dy;
    nearest = Math.min(nearest, px * px + py * py);
    ax = bx;
    ay = by;
  }
  return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
}

/** `longitude`, or the same place a turn on, at most half a turn from `middle`. */
function turnedTowards(middle: number, longitude: number): number {
  if (longitude - middle > 180) return longitude - 360;
  return longitude - middle < -180 ? longitude + 360 : longitude;
}

function isClosed(points: readonly Point[]): boolean {
  return points.length > 1 && isSamePlace(points[0]!, points[points.length - 1]!);
}

/** Whether both are one place; 180° east is 180° west. */
export function isSamePlace(a: Point, b: Point): boolean {
  return a.latitude === b.latitude && (a.longitude - b.longitude) % 360 === 0;
}
