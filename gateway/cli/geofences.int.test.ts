/**
 * Geofences as phones see them: a served node, positions with the error of a phone, over the API. `REGULARS_SEED` repeats
 * a run's errors.
 */
import { join } from 'node:path';
import t from 'tap';
import { METERS_PER_DEGREE } from '../../actors/geofence/position.js';
import { ROOT_KEY, type Served, serveProcess, temporary } from './running.js';

const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
const LATITUDE = 42.355;
const LONGITUDE = -71.065;
const PER_LONGITUDE = METERS_PER_DEGREE * Math.cos((LATITUDE * Math.PI) / 180);
const REPORTS = 200;

/** A circle of 80 m, and a square whose west edge is 500 m east of its center. */
const PROGRAM = {
  program: 'fenced',
  currency: 'USD',
  timeZone: 'America/New_York',
  stores: [{ id: 'bos-1' }],
  geofences: [
    { id: 'cafe', storeId: 'bos-1', circle: { ...place(0, 0), radiusMeters: 80 } },
    { id: 'park', polygon: [place(500, -200), place(500, 200), place(900, 200), place(900, -200)] },
  ],
};

function place(east: number, north: number): { latitude: number; longitude: number } {
  return { latitude: LATITUDE + north / METERS_PER_DEGREE, longitude: LONGITUDE + east / PER_LONGITUDE };
}

let seed = SEED;
function random(): number {
  seed = (seed * 1103515245 + 12345) % 2147483648;
  return seed / 2147483648;
}

/** Where a phone says it is: off by up to what it says (`honest`), at times by twice as much. */
function seen(east: number, north: number, honest: boolean): object {
  const accuracyMeters = Math.round(5 + random() * 55);
  const off = accuracyMeters * random() * (honest || random() < 0.8 ? 1 : 2);
  const angle = random() * 2 * Math.PI;
  return { ...place(east + off * Math.cos(angle), north + off * Math.sin(angle)), accuracyMeters };
}

type Walk = readonly (readonly [east: number, north: number])[];
const still = (east: number, north: number): Walk => Array.from({ length: REPORTS }, () => [east, north]);
const straight = (from: number, to: number): Walk =>
  Array.from({ length: REPORTS }, (_, i) => [from + ((to - from) * i) / (REPORTS - 1), 0]);

const ROWS: readonly (readonly [name: string, walk: Walk, honest: boolean, most: readonly string[]])[] = [
  ['who stands at the counter enters once', still(5, 5), true, ['+cafe']],
  ['who stands just inside the edge enters at most once', still(0, 75), true, ['+cafe']],
  ['who stands on the edge enters at most once', still(80, 0), true, ['+cafe']],
  ['who stands just outside never enters', still(0, 90), true, []],
  ['who stands on the edge of the park enters at most once', still(500, 0), true, ['+park']],
  ['who stands just outside the park never enters', still(490, 0), true, []],
  ['who sits in the middle of the park never leaves, however bad the phone', still(700, 0), false, ['+park']],
  ['who walks by enters and leaves each once', straight(-400, 1_500), true, ['+cafe', '-cafe', '+park', '-park']],
];

t.test('positions that jitter make nobody enter and leave again and again', async (t) => {
  t.comment(`REGULARS_SEED=${SEED}`);
  const node = await serveProcess(t, ['--data', join(temporary(t), 'data'), '--port', '0']);
  await publish(node);
  for (let i = 0; i < ROWS.length; i++) {
    const [name, walk, honest, most] = ROWS[i]!;
    const crossed = await report(node, `phone-${i}`, walk, honest);
    t.same(crossed, most.slice(0, crossed.length), name);
    const inside = crossed.filter((id, at) => id.startsWith('+') && !crossed.slice(at).includes(`-${id.slice(1)}`));
    const { body } = await node.get(`/v1/customers/phone-${i}`);
    t.match(body, { geofences: inside.map((id) => id.slice(1)) }, `${name}: the profile says so`);
  }
  const [, , , through] = ROWS.at(-1)!;
  t.same(await report(node, 'walker', ROWS.at(-1)![1], true), through, 'a walk of this length sees all four');
  await node.stop();
});

async function publish(node: Served): Promise<void> {
  const response = await fetch(`${node.url}/v1/program`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${ROOT_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(PROGRAM),
  });
  if (!response.ok) throw new Error(await response.text());
}

/** Reports a walk, a position a minute up to now. What was entered (+) and left (-), in order. */
async function report(node: Served, subject: string, walk: Walk, honest: boolean): Promise<string[]> {
  const now = Date.now();
  const events = walk.map(([east, north], i) => ({
    id: `l-${i}`,
    source: 'app',
    type: 'location',
    subject,
    time: new Date(now - (walk.length - i) * 60_000).toISOString(),
    data: seen(east, north, honest),
  }));
  const { body } = await node.post('/v1/events', events);
  const { results } = body as { results: { outcomes: { type: string; data: { geofenceId: string } }[] }[] };
  return results.flatMap(({ outcomes }) =>
    outcomes.map(({ type, data }) => (type === 'geofence.entered' ? '+' : '-') + data.geofenceId),
  );
}
