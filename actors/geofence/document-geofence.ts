/** Geofences as a program writes them (PROGRAM: geofences). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { closed, id, list } from '../program/fields.js';

const latitude = Type.Number({ description: 'Degrees, north positive.', minimum: -90, maximum: 90 });
const longitude = Type.Number({ description: 'Degrees, east positive.', minimum: -180, maximum: 180 });

const CircleSchema = closed(
  {
    latitude,
    longitude,
    radiusMeters: Type.Number({
      description: 'From the center to the edge, meters.',
      minimum: limits.geofenceRadiusMetersMin,
      maximum: limits.geofenceRadiusMetersMax,
    }),
  },
  'A circle around a place.',
);

const PolygonSchema = list(
  closed({ latitude, longitude }, 'A corner, written {latitude: 42.355, longitude: -71.065}.'),
  'Corners in their order around the place, either way; the first may be written again at the end.',
  limits.geofencePointsMax,
  3,
);

export const GeofenceSchema = closed(
  {
    id: id('What geofence.entered and geofence.exited name.'),
    storeId: Type.Optional(id('The store it is around; check-ins there are verified with it.')),
    circle: Type.Optional(CircleSchema),
    polygon: Type.Optional(PolygonSchema),
  },
  'A circle or a polygon around a place.',
);
export type GeofenceDocument = Type.Static<typeof GeofenceSchema>;

export const GeofencesSchema = list(GeofenceSchema, 'The geofences.', limits.geofencesMax);
