/** A defect that throws while a customer is judged parks that customer and nobody else (DESIGN D5). */
import t from 'tap';
import type { Event } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import type { Program } from '../actors/program/program.js';
import { shardOf } from './journal/position.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000 };
type Node = Awaited<ReturnType<typeof node>>;

/** A build with a defect: judging throws for these customers. Returns what mends it. */
function broken(engine: Node, isHit: (customer: string) => boolean): () => void {
  const program = engine.program as { -readonly [K in keyof Program]: Program[K] };
  const { candidates } = program;
  program.candidates = (view) => {
    if (isHit(view.event.subject)) throw new Error('a defect of this build');
    return candidates.call(program, view);
  };
  return () => {
    program.candidates = candidates;
  };
}

async function statuses(engine: Node, events: readonly Event[]): Promise<string[]> {
  return (await engine.submit(events, 'wall')).map((decision) => decision.status);
}

t.test('one customer is parked, its entries wait, and a mended build judges them in order', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  t.same(await statuses(engine, [purchase('ann', 'p1', 1_000, START)]), ['applied']);
  let mend = broken(engine, (customer) => customer === 'ann');
  const kept = [purchase('ann', 'p2', 2_000, START + 1), purchase('ann', 'p3', 3_000, START + 2)];
  t.same(await statuses(engine, [kept[0]!, purchase('bob', 'p1', 100, START), kept[1]!]), [
    'parked',
    'applied',
    'parked',
  ]);
  t.equal(engine.health().parkedCustomers, 1);
  t.same(await statuses(engine, kept), ['parked', 'parked'], 'a repeat');
  t.match(await engine.profile('ann'), { totals: { purchases: 1, net: 1_000 } }, 'its state is as it was');
  t.equal((await engine.events('ann', { limit: 10 }))!.items.length, 3, 'a repeat is not kept twice');
  mend();
  t.same(
    await statuses(engine, [purchase('ann', 'p4', 4_000, START + 3)]),
    ['parked'],
    'what comes later waits behind',
  );
  t.match(
    await engine.submit([purchase('ann', 'p2', 5, START + 1)], 'wall'),
    [{ status: 'invalid' }],
    'another payload',
  );

  for (const how of ['after a crash', 'from its row']) {
    if (how === 'from its row') await engine.checkpoint();
    const left = crashed(t, dir);
    const again = await node(left, options);
    t.equal(again.health().parkedCustomers, 1, how);
    t.same(await statuses(again, kept), ['parked', 'parked'], how);
    t.equal((await again.events('ann', { limit: 10 }))!.items.length, 4, how);
    mend = broken(again, (customer) => customer === 'ann');
    t.equal(await again.unpark('ann'), 3, 'a build that is not mended judges none');
    mend();
    t.equal(await again.unpark('ann'), 0, how);
    t.equal(again.health().parkedCustomers, 0, how);
    t.match(await again.profile('ann'), { totals: { purchases: 4, net: 10_000 }, points: { stars: { earned: 100 } } });
    const seen = (await again.events('ann', { limit: 10 }))!.items.filter((item) => item.outcomes.length > 0);
    t.same(
      seen.map((item) => item.event!.id),
      ['p4', 'p3', 'p2', 'p1'],
      'in the order they came',
    );
    t.same(await statuses(again, kept), ['duplicate', 'duplicate']);
    t.equal(await again.unpark('ann'), 0, 'nothing is left to do');
    t.match(await again.explain('ann', 'p3', false), { eventId: 'p3' });
    const unparked = crashed(t, left);
    await again.close();
    t.same((await verifyData(left)).drifts, [], how);

    const last = await node(unparked, options);
    t.equal(last.health().parkedCustomers, 0, 'unparked also after a crash');
    t.match(await last.profile('ann'), { totals: { purchases: 4, net: 10_000 } });
    t.same(await statuses(last, kept), ['duplicate', 'duplicate']);
    await last.close();
    t.same((await verifyData(unparked)).drifts, [], how);
  }
  await engine.close();
  engine = await node(dir, options);
  await engine.close();
});

t.test('a customer whose very first event throws is parked too, and survives', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  broken(engine, (customer) => customer === 'new');
  const first = purchase('new', 'p1', 1_000, START);
  t.same(await statuses(engine, [first]), ['parked']);
  await engine.checkpoint();
  t.ok(engine.health().ready, 'its row could be written');
  t.equal(await engine.profile('new'), undefined);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);

  engine = await node(dir, options);
  t.equal(engine.health().parkedCustomers, 1);
  t.same(await statuses(engine, [first]), ['parked']);
  t.equal(await engine.unpark('new'), 0);
  t.match(await engine.profile('new'), { status: 'good', totals: { purchases: 1 } });
  t.same(await statuses(engine, [first]), ['duplicate']);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('too many parked customers stop their shard and no other', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const mine: string[] = [];
  for (let n = 0; mine.length < limits.parkedCustomersMax + 3; n++) if (shardOf(`c${n}`) === 7) mine.push(`c${n}`);
  const well = mine.pop()!;
  const hit = new Set(mine);
  t.same(await statuses(engine, [purchase(well, 'p0', 100, START)]), ['applied']);
  let judged = 0;
  broken(engine, (customer) => {
    if (hit.has(customer)) judged++;
    return hit.has(customer);
  });
  const all = await statuses(
    engine,
    mine.map((customer) => purchase(customer, 'p1', 100, START)),
  );
  t.ok(all.every((status) => status === 'parked'));
  t.equal(judged, limits.parkedCustomersMax + 1, 'the last one was not tried any more');
  t.same(await statuses(engine, [purchase(well, 'p1', 100, START)]), ['parked'], 'nobody of the shard is judged');
  let other = 0;
  while (shardOf(`o${other}`) === 7) other++;
  t.same(await statuses(engine, [purchase(`o${other}`, 'p1', 100, START)]), ['applied'], 'another shard goes on');
  await engine.close();

  engine = await node(dir, options);
  t.same(await statuses(engine, [purchase(well, 'p1', 100, START)]), ['parked'], 'also after a restart');
  for (const customer of mine) t.equal(await engine.unpark(customer), 0);
  t.same(await statuses(engine, [purchase(well, 'p1', 100, START)]), ['applied'], 'until they are unparked');
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});
