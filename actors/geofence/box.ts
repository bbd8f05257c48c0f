/**
 * The box of degrees around a fence: every position in the fence is in one of its boxes. It may be somewhat larger;
 * whoever finds a fence by its box asks for the distance.
 *
 * A box that crosses the antimeridian is written twice, a turn apart, so that a position with a longitude in
 * [-180, 180] is in at most one of the two. A circle that reaches a pole has all longitudes.
 */
import type { Circle, Fence } from './fence.js';
import { METERS_PER_DEGREE, RADIANS_PER_DEGREE } from './position.js';

/** West, south, east, north in degrees. */
export type Box = readonly [west: number, south: number, east: number, north: number];

/** About ten centimeters, for what is lost in rounding. */
const SLACK_DEGREES = 1e-6;

export function boxesOf(fence: Fence): readonly Box[] {
  const { outline } = fence;
  const [west, south, east, north] =
    outline.kind === 'circle' ? boxOfCircle(outline) : [outline.west, outline.south, outline.east, outline.north];
  const box: Box = [west - SLACK_DEGREES, south - SLACK_DEGREES, east + SLACK_DEGREES, north + SLACK_DEGREES];
  const boxes = [box];
  if (east - west >= 360) return boxes;
  if (box[0] < -180) boxes.push([box[0] + 360, box[1], box[2] + 360, box[3]]);
  if (box[2] > 180) boxes.push([box[0] - 360, box[1], box[2] - 360, box[3]]);
  return boxes;
}

function boxOfCircle({ latitude, longitude, radiusMeters }: Circle): Box {
  const tall = radiusMeters / METERS_PER_DEGREE;
  const south = latitude - tall;
  const north = latitude + tall;
  // The meridian that touches the circle: sin(half width) = sin(radius) / cos(latitude); none where it holds a pole.
  const wide = Math.sin(tall * RADIANS_PER_DEGREE) / Math.cos(latitude * RADIANS_PER_DEGREE);
  if (wide > 0.999) return [-180, south, 180, north];
  const half = Math.asin(wide) / RADIANS_PER_DEGREE;
  return [longitude - half, south, longitude + half, north];
}
