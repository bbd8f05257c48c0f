import t from 'tap';
import { METERS_PER_DEGREE } from '../geofence/position.js';
import type { Program } from '../program/program.js';
import { arriving, event, given, programOf, Scenario, told } from './scenario.js';

const east = (meters: number) => ({ latitude: 0, longitude: meters / METERS_PER_DEGREE });
const GEOFENCES = [
  { id: 'cafe', storeId: 'bos-1', circle: { ...east(0), radiusMeters: 80 } },
  { id: 'block', circle: { ...east(0), radiusMeters: 400 } },
  { id: 'park', circle: { ...east(1_000), radiusMeters: 100 } },
];
function programWith(geofences: object[] = GEOFENCES, version = 1): Program {
  return programOf({ stores: [{ id: 'bos-1' }], geofences, campaigns: [] }, version);
}
const at = (id: string, time: string, meters: number, accuracyMeters?: number) =>
  event('location', id, time, { ...east(meters), accuracyMeters });

const T = (minute: number) => `2026-05-04T10:${String(minute).padStart(2, '0')}:00Z`;
const ENTERED = 'geofence.entered';
const EXITED = 'geofence.exited';

t.test('a location enters and exits geofences; exits are told first, each in the program’s order', (t) => {
  const { scenario } = given(programWith(), at('1', T(1), 5_000));
  const rows: [meters: number, says: [string, string][], inside: string[]][] = [
    [350, [[ENTERED, 'block']], ['block']],
    [10, [[ENTERED, 'cafe']], ['block', 'cafe']],
    [20, [], ['block', 'cafe']],
    [
      1_000,
      [
        [EXITED, 'cafe'],
        [EXITED, 'block'],
        [ENTERED, 'park'],
      ],
      ['park'],
    ],
    [
      0,
      [
        [EXITED, 'park'],
        [ENTERED, 'cafe'],
        [ENTERED, 'block'],
      ],
      ['cafe', 'block'],
    ],
  ];
  rows.forEach(([meters, says, inside], i) => {
    const outcomes = scenario.report(at(`s${i}`, T(10 + i), meters));
    const wanted = says.map(([type, geofenceId]) => [type, { geofenceId }] as const);
    t.same(told(outcomes, wanted as never), wanted, `${meters} m`);
    t.same(scenario.profile().geofences, inside, `the profile shows it: ${inside.join(', ')}`);
  });
  t.end();
});

t.test('what is told of a crossing: the geofence, its store, the event’s time', (t) => {
  const outcomes = given(programWith())
    .when(at('1', T(1), 0))
    .outcomes.filter(({ type }) => type === ENTERED);
  t.match(outcomes, [
    { time: Date.parse(T(1)), cause: { eventId: '1' }, data: { geofenceId: 'cafe', storeId: 'bos-1' } },
    { data: { geofenceId: 'block', storeId: undefined } },
  ]);
  t.end();
});

t.test('a position older than the newest known moves nothing; at one instant the later to arrive stands', (t) => {
  const rows: [name: string, minute: number, meters: number, moves: boolean][] = [
    ['older', 19, 5_000, false],
    ['older by far', 1, 5_000, false],
    ['the same instant', 20, 5_000, true],
    ['newer', 21, 5_000, true],
  ];
  for (const [name, minute, meters, moves] of rows) {
    const { outcomes } = given(programWith(), at('1', T(10), 0), at('2', T(20), 10)).when(
      arriving(at('3', T(minute), meters), T(30)),
    );
    t.equal(
      outcomes.some(({ type }) => type === EXITED),
      moves,
      name,
    );
  }
  t.end();
});

t.test('an accuracy over 200 m says nothing', (t) => {
  given(programWith())
    .when(at('1', T(1), 0, 201))
    .gives(t, []);
  given(programWith(), at('1', T(1), 0))
    .when(at('2', T(2), 5_000, 201))
    .gives(t, []);
  t.end();
});

t.test('a geofence that the program has no more is left by the next position, with reason removed', (t) => {
  for (const [name, geofences] of [
    ['some are left', GEOFENCES.slice(1)],
    ['none is left', []],
  ] as [string, object[]][]) {
    const scenario = new Scenario(programWith());
    scenario.report(at('1', T(1), 0));
    scenario.program = programWith(geofences, 2);
    const outcomes = scenario.report(at('2', T(2), 0));
    const gone = outcomes.flatMap(({ type, data }) => (type === EXITED ? [data] : []));
    t.match(gone[0], { geofenceId: 'cafe', reason: 'removed' }, name);
    t.equal(gone.length, geofences.length === 0 ? 2 : 1, name);
  }
  t.end();
});

t.test('a program without geofences keeps nothing of a location', (t) => {
  const { scenario } = given(programOf(), at('1', T(1), 0));
  t.equal(scenario.state!.locatedAt, null);
  t.same(scenario.state!.inside, []);
  t.end();
});

t.test('a location that is too late for campaigns still says where the customer was', (t) => {
  const late = arriving(at('1', '2026-01-01T00:00:00Z', 0), T(1));
  given(programWith())
    .when(late)
    .gives(t, [
      [ENTERED, { geofenceId: 'cafe' }],
      [ENTERED, { geofenceId: 'block' }],
    ]);
  t.end();
});

t.test('a campaign counts locations like any event', (t) => {
  const behavior = { all: [{ event: 'location', where: { field: 'data.accuracyMeters', lte: 20 } }] };
  const campaign = { id: 'c', kind: 'promotion', behavior, outcomes: [{ tag: { add: 'seen' } }] };
  const program = programOf({ campaigns: [campaign] });
  given(program)
    .when(at('1', T(1), 0, 21))
    .gives(t, []);
  given(program)
    .when(at('1', T(1), 0, 20))
    .gives(t, [
      ['behavior.completed', { campaignId: 'c' }],
      ['tag.added', { tag: 'seen' }],
    ]);
  t.end();
});
