import t from 'tap';
import { METERS_PER_DEGREE } from '../geofence/position.js';
import { event, given, programOf, type Told } from './scenario.js';

const TIME = '2026-05-04T03:30:00Z';
const north = (meters: number) => 42.355 + meters / METERS_PER_DEGREE;
const HERE = { latitude: 42.355, longitude: -71.065 };
const DONE: readonly Told[] = [['behavior.completed', { campaignId: 'welcome' }]];

function programWith(where: object) {
  return programOf({
    stores: [{ id: 'bos-1', tags: ['boston'], timeZone: 'America/New_York' }, { id: 'nyc-1' }],
    geofences: [
      { id: 'door', storeId: 'bos-1', circle: { ...HERE, radiusMeters: 80 } },
      { id: 'park', circle: { ...HERE, radiusMeters: 500 } },
    ],
    campaigns: [
      {
        id: 'welcome',
        kind: 'promotion',
        behavior: { all: [{ event: 'check_in', where }] },
        outcomes: [{ points: { account: 'stars', fixed: 1 } }],
      },
    ],
  });
}
function told(where: object, data: object): boolean {
  const { outcomes } = given(programWith(where)).when(event('check_in', '1', TIME, data));
  return outcomes.some(({ type }) => type === 'behavior.completed');
}

t.test('a check-in is verified when distance ≤ radius + accuracy; conditions see data.verified', (t) => {
  const rows: [name: string, data: object, verified: boolean][] = [
    ['at the venue', { venueId: 'bos-1', ...HERE }, true],
    ['at the venue, by the edge', { venueId: 'bos-1', latitude: north(79.9), longitude: -71.065 }, true],
    ['outside', { venueId: 'bos-1', latitude: north(81), longitude: -71.065 }, false],
    [
      'outside within the accuracy',
      { venueId: 'bos-1', latitude: north(99), longitude: -71.065, accuracyMeters: 20 },
      true,
    ],
    [
      'outside beyond the accuracy',
      { venueId: 'bos-1', latitude: north(101), longitude: -71.065, accuracyMeters: 20 },
      false,
    ],
    ['an accuracy over 200 m says nothing', { venueId: 'bos-1', ...HERE, accuracyMeters: 201 }, false],
    ['no position', { venueId: 'bos-1' }, false],
    ['no venue', HERE, false],
    ['a venue without a geofence', { venueId: 'nyc-1', ...HERE }, false],
    ['a venue nobody knows', { venueId: '__proto__', ...HERE }, false],
    ['a geofence without a store, by its own id', { venueId: 'park', latitude: north(400), longitude: -71.065 }, true],
    ['a geofence of a store, by its own id', { venueId: 'door', ...HERE }, false],
  ];
  for (const [name, data, verified] of rows) {
    t.equal(told({ field: 'data.verified', eq: true }, data), verified, name);
    t.equal(told({ field: 'data.verified', eq: false }, data), !verified, `${name}, asked the other way`);
  }
  t.end();
});

t.test('a check-in at a store sees the store: its id, its tags, its zone', (t) => {
  const rows: [name: string, where: object, venueId: string, holds: boolean][] = [
    ['storeId', { field: 'storeId', eq: 'bos-1' }, 'bos-1', true],
    ['store.tags', { field: 'store.tags', has: 'boston' }, 'bos-1', true],
    ['local.hour in the store’s zone', { field: 'local.hour', eq: 23 }, 'bos-1', true],
    ['a geofence is no store', { field: 'storeId', exists: true }, 'park', false],
    ['a store without a zone has the customer’s', { field: 'local.hour', eq: 3 }, 'nyc-1', true],
  ];
  for (const [name, where, venueId, holds] of rows) t.equal(told(where, { venueId }), holds, name);
  t.end();
});

t.test('a check-in that arrives too late is ignored', (t) => {
  const late = { ...event('check_in', '1', '2026-01-01T00:00:00Z', { venueId: 'bos-1' }), stamp: Date.parse(TIME) };
  given(programWith({ field: 'type', eq: 'check_in' }))
    .when(late)
    .gives(t, [['event.ignored', { reason: 'too_late' }]]);
  t.end();
});

t.test('check-ins at three different stores complete', (t) => {
  const program = programOf({
    stores: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
    campaigns: [
      {
        id: 'welcome',
        kind: 'promotion',
        behavior: { all: [{ event: 'check_in', distinct: { of: 'storeId', atLeast: 3 } }] },
        outcomes: [{ tag: { add: 'explorer' } }],
      },
    ],
  });
  given(
    program,
    event('check_in', '1', TIME, { venueId: 'a' }),
    event('check_in', '2', TIME, { venueId: 'b' }),
    event('check_in', '3', TIME, { venueId: 'nowhere' }),
  )
    .when(event('check_in', '4', TIME, { venueId: 'c' }))
    .gives(t, [...DONE, ['tag.added', { tag: 'explorer' }]]);
  t.end();
});
