/**
 * Campaigns without behavior on a real node: who is in a run, when runs open, and that a crash repeats and loses nobody.
 * It is long because each of these is a small story of its own.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Registry as MetricsRegistry } from 'prom-client';
import t from 'tap';
import type { View } from '../actors/program/program.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { HELLO, sendDocument } from './testing/send-brand.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
type Node = Awaited<ReturnType<typeof node>>;

/** A node whose clock stands. */
async function opened(dir: string, clock: { now: number }, more: object = {}): Promise<Node> {
  return node(dir, { now: () => clock.now, checkpointEveryMs: 20, ...more });
}

async function buy(engine: Node, clock: { now: number }, ...customers: readonly string[]): Promise<void> {
  await engine.submit(
    customers.map((customer, i) => purchase(customer, `p-${customer}-${i}`, 1_000, clock.now)),
    'wall',
  );
}

/** How often the campaign gave its points to the customer. */
async function times(engine: Node, customer: string, campaignId = 'hello'): Promise<number> {
  let count = 0;
  for (let cursor: string | undefined; ; ) {
    const page = await engine.events(customer, { limit: 100, cursor });
    for (const { outcomes } of page?.items ?? [])
      for (const { type, cause } of outcomes) if (type === 'points.earned' && cause.campaignId === campaignId) count++;
    if (page?.nextCursor == null) return count;
    cursor = page.nextCursor;
  }
}

/** Opens the node at a time, does `before`, waits until all that is due is sent, and asks. */
async function during<T>(
  dir: string,
  time: string,
  before: ((engine: Node, clock: { now: number }) => Promise<unknown>) | undefined,
  ask: (engine: Node) => Promise<T>,
): Promise<T> {
  const clock = { now: Date.parse(time) };
  const metrics = new MetricsRegistry();
  const engine = await opened(dir, clock, { metrics });
  await before?.(engine, clock);
  await settled(engine, metrics);
  const answer = await ask(engine);
  await engine.close();
  return answer;
}

/** Waits until no run is under way and none is due. */
async function settled(engine: Node, metrics: MetricsRegistry): Promise<void> {
  await engine.tickSends();
  for (;;) {
    const open = (await metrics.getSingleMetric('regulars_sends_open')!.get()).values[0]!.value;
    if (open === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
    await engine.tickSends();
  }
}

t.test('at publication: everybody in the target, once; who appears later is not in it', async (t) => {
  const dir = folder(t);
  const clock = { now: START };
  const metrics = new MetricsRegistry();
  const engine = await opened(dir, clock, { metrics });
  await buy(engine, clock, 'ann', 'bob');
  await engine.publish(sendDocument(), 'test');
  await buy(engine, clock, 'aaa');
  await settled(engine, metrics);
  t.same(await Promise.all(['ann', 'bob'].map((id) => times(engine, id))), [1, 1]);
  const late = await times(engine, 'aaa');
  const [item] = (await engine.events('ann', { limit: 1 }))!.items;
  t.match(item, { event: undefined, send: { campaignId: 'hello', at: START }, programVersion: 2 });
  t.same(item!.outcomes[0]!.cause, { campaignId: 'hello' });
  t.equal(item!.outcomes[0]!.time, START);

  await engine.publish(sendDocument(), 'test');
  await buy(engine, clock, 'cy');
  await settled(engine, metrics);
  t.equal(await times(engine, 'ann'), 1, 'published again it does not send again');
  t.equal(await times(engine, 'cy'), 0, 'nor to who is new');
  t.equal(await times(engine, 'aaa'), late);
  const reached = (await metrics.getSingleMetric('regulars_sends_customers_total')!.get()).values[0]!.value;
  t.equal(reached, 2 + late);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('who comes between the opening of a run and its walk is not in it', async (t) => {
  const dir = folder(t);
  const clock = { now: START };
  const metrics = new MetricsRegistry();
  const engine = await opened(dir, clock, { metrics });
  const many = Array.from({ length: 600 }, (_, i) => `m${String(i).padStart(4, '0')}`);
  await buy(engine, clock, ...many);
  await engine.publish(sendDocument(), 'test');
  // The run is opened before what is submitted now is judged: both wait in one line.
  const run = engine.tickSends();
  const newcomers = Array.from({ length: 600 }, (_, i) => `n${String(i).padStart(4, '0')}`);
  for (const id of newcomers) await buy(engine, clock, id);
  await run;
  await settled(engine, metrics);
  for (const id of many) if ((await times(engine, id)) !== 1) t.fail(`${id} is in the run`);
  const given = await Promise.all(newcomers.map((id) => times(engine, id)));
  t.equal(given.at(-1), 0, 'those who came last are not');
  t.same(
    given,
    [...given].sort((a, b) => b - a),
    'who came before its opening is in it, and nobody after',
  );
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('at an instant, and by a cron expression in its zone', async (t) => {
  const dir = folder(t);
  const at = { ...HELLO, id: 'at', schedule: { at: '2026-03-01T15:00:00Z' } };
  const every = { ...HELLO, id: 'every', schedule: { every: { cron: '0 9 * * *', timeZone: 'America/New_York' } } };
  const given = (time: string, before?: (engine: Node, clock: { now: number }) => Promise<unknown>) =>
    during(dir, time, before, async (engine) => [
      await times(engine, 'ann', 'at'),
      await times(engine, 'ann', 'every'),
    ]);
  const begun = await given('2026-03-01T12:00:00Z', async (engine, clock) => {
    await buy(engine, clock, 'ann');
    await engine.publish(sendDocument(at, every), 'test');
  });
  t.same(begun, [0, 0], 'not yet');
  t.same(await given('2026-03-01T14:00:00Z'), [0, 1], 'nine in New York');
  t.same(await given('2026-03-01T14:59:59Z'), [0, 1]);
  t.same(await given('2026-03-01T15:00:00Z'), [1, 1]);
  t.same(await given('2026-03-01T15:00:01Z'), [1, 1], 'once');
  t.same(await given('2026-03-05T20:00:00Z'), [1, 2], 'of those missed the last');
  const [newest] = await during(dir, '2026-03-05T20:00:00Z', undefined, async (engine) => {
    return (await engine.events('ann', { limit: 1 }))!.items;
  });
  t.same(newest!.send, { campaignId: 'every', at: Date.parse('2026-03-05T14:00:00Z') }, 'at its own instant');
  t.same((await verifyData(dir)).drifts, []);
});

t.test('customers on event time are passed over, until the import is closed', async (t) => {
  const dir = folder(t);
  const given = (time: string, before?: (engine: Node, clock: { now: number }) => Promise<unknown>) =>
    during(dir, time, before, async (engine) => [await times(engine, 'ann'), await times(engine, 'bob')]);
  await given('2026-03-01T12:00:00Z', async (engine, clock) => {
    await engine.submit([purchase('ann', 'p1', 1_000, START - 90 * 24 * HOUR)], 'event');
    await buy(engine, clock, 'bob');
    await engine.publish(sendDocument({ ...HELLO, schedule: { every: '0 9 * * *' } }), 'test');
  });
  t.same(await given('2026-03-02T18:00:00Z'), [0, 1]);
  const close = async (engine: Node): Promise<void> => {
    await engine.submit([purchase('ann', 'p2', 500, START - 60 * 24 * HOUR)], 'event');
    t.match(
      await engine.profile('ann'),
      { totals: { purchases: 2 }, points: { stars: { earned: 15 } } },
      'history goes on',
    );
    await engine.closeImport();
  };
  t.same(await given('2026-03-02T19:00:00Z', close), [0, 1], 'that run has ended');
  t.same(await given('2026-03-03T18:00:00Z'), [1, 2], 'in the next one it is');
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a program published meanwhile', async (t) => {
  const dir = folder(t);
  const clock = { now: START };
  const metrics = new MetricsRegistry();
  const engine = await opened(dir, clock, { metrics });
  const many = Array.from({ length: 2_000 }, (_, i) => `m${String(i).padStart(4, '0')}`);
  await buy(engine, clock, ...many);
  const first = engine.publish(sendDocument(), 'test');
  const other = { ...HELLO, outcomes: [{ points: { account: 'stars', fixed: 9 } }] };
  await first;
  const tail = engine.tail({ types: ['tag.added'], after: '1-0' });
  await tail.next(1, new AbortController().signal);
  await engine.publish(sendDocument(other), 'test');
  await settled(engine, metrics);
  const stars = await Promise.all(
    many.map(async (id) => {
      const { points } = (await engine.profile(id)) as { points: { stars: { active: number } } };
      return points.stars.active;
    }),
  );
  t.ok(
    stars.every((active) => active === 15 || active === 19) && stars.includes(15) && stars.includes(19),
    'each was judged by one of them',
  );
  t.same(
    stars,
    [...stars].sort((a, b) => a - b),
    'the rest of the run by the new one',
  );

  await engine.publish(sendDocument({ ...HELLO, id: 'second' }), 'test');
  const seen = engine.tail({ types: ['tag.added'] });
  await seen.next(1, new AbortController().signal);
  await engine.publish(
    sendDocument({ ...HELLO, id: 'third', target: { where: { field: 'customer.tags', has: 'none' } } }),
    'test',
  );
  await settled(engine, metrics);
  const second = await Promise.all(many.map((id) => times(engine, id, 'second')));
  t.ok(
    second.every((count) => count <= 1) && second.includes(1) && second.includes(0),
    'a campaign gone from the program ends its run',
  );
  await engine.publish(sendDocument({ ...HELLO, id: 'second' }), 'test');
  await settled(engine, metrics);
  t.same(
    await Promise.all(many.map((id) => times(engine, id, 'second'))),
    second,
    'and does not send again when it is back',
  );
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a total holds over all customers of a run, and over its runs', async (t) => {
  const dir = folder(t);
  const many = Array.from({ length: 600 }, (_, i) => `m${i}`);
  const limited = { ...HELLO, schedule: { every: '0 9 * * *' }, limits: { total: 700 } };
  const given = (time: string, before?: (engine: Node, clock: { now: number }) => Promise<unknown>) =>
    during(dir, time, before, async (engine) => {
      let count = 0;
      for (const id of many) count += await times(engine, id);
      return count;
    });
  const begun = await given('2026-03-01T12:00:00Z', async (engine, clock) => {
    await buy(engine, clock, ...many);
    await engine.publish(sendDocument(limited), 'test');
  });
  t.equal(begun, 0);
  t.equal(await given('2026-03-01T15:00:00Z'), 600);
  t.equal(await given('2026-03-02T15:00:00Z'), 700);
  t.equal(await given('2026-03-03T15:00:00Z'), 700);
  t.same((await verifyData(dir)).drifts, []);
});

t.test('a customer whom this build cannot judge gets it when it can', async (t) => {
  const dir = folder(t);
  const clock = { now: START };
  const metrics = new MetricsRegistry();
  const engine = await opened(dir, clock, { metrics });
  await buy(engine, clock, 'ann', 'bob');
  const target = { where: { field: 'customer.tags', has: 'a' } };
  await engine.publish(
    sendDocument({ ...HELLO, target: { where: { not: target.where } }, schedule: { at: '2026-03-01T12:00:00Z' } }),
    'test',
  );
  const campaign = engine.program!.campaignById.get('hello') as { target: { test(view: View): boolean } };
  const { test } = campaign.target;
  campaign.target.test = (view) => {
    if (view.event.subject === 'ann') throw new Error('a defect of this build');
    return test(view);
  };
  await settled(engine, metrics);
  t.equal(engine.health().parkedCustomers, 1);
  t.same([await times(engine, 'ann'), await times(engine, 'bob')], [0, 1], 'the others get it');
  campaign.target.test = test;
  const left = crashed(t, dir);
  t.equal(await engine.unpark('ann'), 0);
  t.equal(await times(engine, 'ann'), 1);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);

  const again = await opened(left, clock);
  t.equal(await again.unpark('ann'), 0, 'also after a crash');
  t.equal(await times(again, 'ann'), 1);
  await again.close();
  t.same((await verifyData(left)).drifts, []);
});

t.test('killed in the middle of a run, three times: everybody got it exactly once', async (t) => {
  const dir = folder(t);
  const customers = Array.from({ length: 6_000 }, (_, i) => `customer-${i}`);
  const before = await node(dir);
  const now = Date.now();
  for (let i = 0; i < customers.length; i += 500) {
    const events = customers.slice(i, i + 500).map((id) => purchase(id, 'first', 100, now));
    await before.submit(events, 'wall');
  }
  await before.close();
  for (const dieAfter of [300, 1_500, 900]) t.equal(await killed(dir, dieAfter), 'SIGKILL');

  const metrics = new MetricsRegistry();
  const engine = await node(dir, { metrics });
  await settled(engine, metrics);
  const wrong: string[] = [];
  for (const id of customers) if ((await times(engine, id)) !== 1) wrong.push(id);
  t.same(wrong, [], 'exactly once');
  const again = (await metrics.getSingleMetric('regulars_sends_customers_total')!.get()).values[0]!.value;
  t.ok(again > 0 && again < 6_000, `${again} were left for the last start`);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

function killed(dir: string, dieAfter: number): Promise<NodeJS.Signals | number | null> {
  const writer = fileURLToPath(new URL('./testing/send-writer.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir, String(dieAfter)], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
}
