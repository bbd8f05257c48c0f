/** Random geofences for property tests, many of them at the antimeridian and around the poles, and positions near them. */
import fc from 'fast-check';
import type { GeofenceDocument } from './document-geofence.js';
import { METERS_PER_DEGREE, RADIANS_PER_DEGREE } from './position.js';

export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

/** A longitude a turn on is written as programs and phones do. */
function placed(latitude: number, longitude: number): Place {
  const within = ((((longitude + 180) % 360) + 360) % 360) - 180;
  return { latitude: Math.max(-90, Math.min(90, latitude)), longitude: within };
}

const center = fc
  .oneof(
    fc.tuple(number(-90, 90), number(-180, 180)),
    fc.tuple(number(-60, 60), number(179.5, 180.5)),
    fc.tuple(number(89.5, 90), number(-180, 180)),
    fc.tuple(number(-90, -89.5), number(-180, 180)),
    fc.tuple(number(42, 42.2), number(-71.2, -71)),
    fc.constantFrom([90, 0], [-90, 17], [0, 180], [0, -180], [0, 0]),
  )
  .map(([latitude, longitude]) => placed(latitude!, longitude!));

const radius = number(0, 5).map((digits) => 10 ** digits);

/** As far and in such direction, on a plane laid at the place. */
export function away({ latitude, longitude }: Place, meters: number, radians: number): Place {
  const perLongitude = METERS_PER_DEGREE * Math.max(1e-6, Math.cos(latitude * RADIANS_PER_DEGREE));
  return placed(
    latitude + (meters * Math.cos(radians)) / METERS_PER_DEGREE,
    longitude + (meters * Math.sin(radians)) / perLongitude,
  );
}

const circle = fc.tuple(center, radius).map(([place, radiusMeters]) => ({ circle: { ...place, radiusMeters } }));

/** Stars: corners around a center in order, each at its own distance; never crossing themselves. */
export const star: fc.Arbitrary<readonly Place[]> = fc
  .tuple(
    center.filter(({ latitude }) => Math.abs(latitude) <= 85),
    number(1, 4.5).map((digits) => 10 ** digits),
    fc.array(number(0.2, 1), { minLength: 3, maxLength: 12 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([place, meters, spokes, isClosed, isClockwise]) => {
    const corners = spokes.map((spoke, i) => away(place, spoke * meters, (2 * Math.PI * i) / spokes.length));
    if (!isClockwise) corners.reverse();
    return isClosed ? [...corners, corners[0]!] : corners;
  });

const polygon = star.map((corners) => ({ polygon: [...corners] }));

export const geofences: fc.Arbitrary<readonly GeofenceDocument[]> = fc
  .array(fc.oneof(circle, polygon), { minLength: 1, maxLength: 60 })
  .map((outlines) => outlines.map((outline, i) => ({ id: `fence-${i}`, ...outline })));

/** A step from some fence of a list: which, how far in units of its size, in what direction, how exact. */
export interface Step {
  readonly fence: number;
  readonly far: number;
  readonly radians: number;
  readonly accuracyMeters: number;
}

export const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    fence: fc.nat(),
    far: number(0, 1.5),
    radians: number(0, 2 * Math.PI),
    accuracyMeters: fc.oneof(fc.constant(0), number(0, 250)),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Where a step ends: near its fence, more often than not about its edge. */
export function ending(fences: readonly GeofenceDocument[], step: Step): Place {
  const { circle, polygon } = fences[step.fence % fences.length]!;
  if (circle !== undefined) return away(circle, step.far * circle.radiusMeters, step.radians);
  const corner = polygon![step.fence % polygon!.length]!;
  return away(corner, step.far * 300, step.radians);
}
