/** Time itself brings what is due: by the wall clock, or for imported customers once the import is closed (DESIGN D10). */
import { Registry as MetricsRegistry } from 'prom-client';
import t from 'tap';
import { limits } from '../actors/limits.js';
import type { Decision } from './contract.js';
import { Deadlines } from './deadlines.js';
import { silent } from './log.js';
import { EngineMetrics } from './metrics.js';
import { fromNumbers, Rows } from './rows.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import type { Turns } from './turns.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
/** The lots of a purchase at START end with May. */
const AFTER_EXPIRY = START + 100 * DAY;
type Node = Awaited<ReturnType<typeof node>>;

function at(now: number) {
  return { now: () => now, checkpointEveryMs: 20 };
}

/** The types of what befell a customer, newest first; waits until `type` is among them. */
async function until(engine: Node, customer: string, type: string): Promise<string[]> {
  for (;;) {
    const types = await happened(engine, customer);
    if (types.includes(type)) return types;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
async function happened(engine: Node, customer: string): Promise<string[]> {
  const page = await engine.events(customer, { limit: 100 });
  return page!.items.flatMap((item) => item.outcomes.map((outcome) => outcome.type));
}

t.test('lots expire by the wall clock; the profile shows it even before', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, at(START));
  await engine.submit([purchase('ann', 'p1', 1_000, START)], 'wall');
  t.match(await engine.profile('ann'), { points: { stars: { active: 10, expired: 0 } } });
  await engine.close();

  engine = await node(dir, at(AFTER_EXPIRY));
  const expired = { points: { stars: { active: 0, expired: 10, next: null }, status: { active: 10 } } };
  t.notOk((await happened(engine, 'ann')).includes('points.expired'), 'nothing has fired yet');
  t.match(await engine.profile('ann'), expired, 'and yet it is shown');
  t.ok((await until(engine, 'ann', 'points.expired')).includes('points.earned'));
  t.match(await engine.profile('ann'), expired);
  const [newest] = (await engine.events('ann', { limit: 1 }))!.items;
  t.match(newest, { event: undefined, arrival: AFTER_EXPIRY, programVersion: 1 }, 'an entry that time itself caused');
  const [ledger] = (await engine.events('ann', { limit: 1 }, 'ledger'))!.items;
  t.equal(ledger!.position, newest!.position);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('imported customers wait until the import is closed', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, at(AFTER_EXPIRY));
  const imported = await engine.submit(
    [purchase('ann', 'p1', 1_000, START), purchase('bob', 'p1', 1_000, START)],
    'event',
  );
  t.ok(imported.every((decision: Decision) => decision.status === 'applied'));
  await engine.submit([purchase('cy', 'p1', 1_000, AFTER_EXPIRY)], 'wall');
  t.match(await engine.profile('ann'), { points: { stars: { active: 10, expired: 0 } } }, 'on event time');
  await engine.submit([purchase('bob', 'p2', 500, AFTER_EXPIRY)], 'wall');
  t.match(await engine.profile('bob'), { points: { stars: { active: 5, expired: 10 } } }, 'its first live event');
  await engine.checkpoint();
  await new Promise((resolve) => setTimeout(resolve, limits.deadlinesEveryMs + 200));
  t.notOk((await happened(engine, 'ann')).includes('points.expired'), 'nothing fires');

  await engine.closeImport();
  t.match(await engine.profile('ann'), { points: { stars: { active: 0, expired: 10 } } }, 'by the wall clock again');
  await until(engine, 'ann', 'points.expired');

  await engine.submit([purchase('dee', 'p1', 1_000, START)], 'event');
  await engine.close();
  engine = await node(dir, at(AFTER_EXPIRY));
  await new Promise((resolve) => setTimeout(resolve, limits.deadlinesEveryMs + 200));
  t.notOk((await happened(engine, 'dee')).includes('points.expired'), 'imported after it was closed: waits again');
  await engine.closeImport();
  await until(engine, 'dee', 'points.expired');
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a customer imported again after the import was closed waits again, whatever its deadline', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, at(START + 10 * DAY));
  await engine.submit([purchase('ann', 'p1', 1_000, START)], 'event');
  await engine.checkpoint();
  await engine.closeImport();
  await engine.submit([purchase('ann', 'p2', 100, START)], 'event');
  await engine.close();
  engine = await node(dir, at(AFTER_EXPIRY));
  await new Promise((resolve) => setTimeout(resolve, limits.deadlinesEveryMs + 200));
  t.notOk((await happened(engine, 'ann')).includes('points.expired'));
  t.match(await engine.profile('ann'), { points: { stars: { active: 11 } } });
  await engine.close();
});

t.test('a deadline row older than the customer does not fire', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, { ...at(START + DAY), checkpointEveryMs: 3_600_000 });
  await engine.submit([purchase('ann', 'p1', 1_000, START)], 'wall');
  await engine.checkpoint();
  await engine.submit([purchase('ann', 'p2', 100, START + 2 * DAY)], 'event');
  const left = crashed(t, dir);
  await engine.close();
  engine = await node(left, { ...at(AFTER_EXPIRY), checkpointEveryMs: 3_600_000 });
  await new Promise((resolve) => setTimeout(resolve, limits.deadlinesEveryMs + 200));
  t.notOk((await happened(engine, 'ann')).includes('points.expired'), 'it was imported since, and waits');
  await engine.close();
});

/** Deadlines over rows of their own, and what they would fire. */
function alone(t: { teardown(fn: () => unknown): unknown }) {
  const rows = new Rows(folder(t));
  t.teardown(() => rows.close());
  const fired: string[][] = [];
  const turns = { fire: async (ids: readonly string[]) => void fired.push([...ids]) } as unknown as Turns;
  const zero = (): number => 0;
  const metrics = new EngineMetrics(new MetricsRegistry(), {
    inbox: zero,
    residents: zero,
    residentBytes: zero,
    unapplied: zero,
    record: zero,
    customers: zero,
    program: zero,
    low: zero,
  });
  const clock = { wall: START, steady: 5, closed: 0 };
  const deadlines = new Deadlines(
    rows,
    turns,
    metrics,
    silent,
    () => clock.closed,
    () => clock.wall,
    () => clock.steady,
  );
  return { rows, fired, deadlines, clock };
}

t.test('clocks that part hold firing for good', async (t) => {
  const { rows, fired, deadlines, clock } = alone(t);
  await rows.write((batch) => batch.put(rows.due, [START + 1_000, 'ann'], fromNumbers([1])));
  await deadlines.tick();
  t.same(fired, [], 'not due yet');
  clock.wall += 1_000;
  clock.steady += 1_000;
  await deadlines.tick();
  t.same(fired, [['ann']], 'due at that very instant');
  clock.wall += 3_600_000;
  clock.steady += 3_600_000;
  await deadlines.tick();
  t.equal(fired.length, 2, 'clocks that go on together are fine, however far');
  clock.wall += limits.clockPartsMsMax + 1;
  await deadlines.tick();
  t.equal(deadlines.held, true);
  t.equal(fired.length, 2);
  clock.steady += limits.clockPartsMsMax + 1;
  await deadlines.tick();
  t.equal(fired.length, 2, 'until the node is started again');
});

t.test('rows that cannot fire hold up nobody behind them', async (t) => {
  const { rows, fired, deadlines, clock } = alone(t);
  const blocked = limits.deadlinesLookedAtMax + 10;
  await rows.write((batch) => {
    for (let n = 0; n < blocked; n++) batch.put(rows.waiting, [START - 1_000, `later${n}`], fromNumbers([900]));
    batch.put(rows.waiting, [START - 500, 'ann'], fromNumbers([100]));
  });
  await deadlines.tick();
  t.same(fired, [], 'no import was closed');
  clock.closed = 500;
  for (let tick = 0; tick < 3 && fired.length === 0; tick++) await deadlines.tick();
  t.same(fired, [['ann']]);
  deadlines.stop();
  await deadlines.tick();
  t.same(fired, [['ann']], 'nothing fires once stopped');
});
