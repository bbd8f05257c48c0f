/** Merges on a node: the old id is an alias from then on, exactly once, through restarts and crashes at any moment. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import type { Event, Json } from '../actors/event.js';
import { Rows } from './rows.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const HOUR = 3_600_000;
const options = { now: () => START + 240 * HOUR, checkpointEveryMs: 3_600_000 };
type Node = Awaited<ReturnType<typeof node>>;

function merge(subject: string, from: string, id = `m-${from}`, time = START + 100 * HOUR): Event {
  return { id, source: 'crm', type: 'customer.merged', subject, time, data: { from } };
}
function profileOf(subject: string, id: string, attributes: Record<string, Json>): Event {
  return { id, source: 'app', type: 'profile.updated', subject, time: START, data: { attributes } };
}
function giveBack(subject: string, id: string, original: string, total: number): Event {
  const data = { transactionId: id, originalTransactionId: original, total };
  return { id, source: 'pos/test', type: 'return', subject, time: START + 120 * HOUR, data };
}
async function one(engine: Node, event: Event) {
  const [decision] = await engine.submit([event], 'wall');
  return decision!;
}
async function annAndBob(engine: Node): Promise<void> {
  await engine.submit(
    [
      profileOf('ann', 'a0', { name: 'Ann', city: 'Boston' }),
      purchase('ann', 'a1', 1_000, START),
      purchase('ann', 'a2', 2_000, START + HOUR),
      purchase('bob', 'b1', 500, START + 2 * HOUR),
      purchase('bob', 'a1', 700, START + 3 * HOUR),
    ],
    'wall',
  );
}

t.test('after a merge the old id is the survivor: events, reads, repeats and returns', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  await annAndBob(engine);
  const before = await one(engine, purchase('ann', 'a2', 2_000, START + HOUR));
  t.match(await one(engine, merge('bob', 'ann')), {
    status: 'applied',
    outcomes: [{ type: 'customer.merged', data: { from: 'ann' } }],
  });

  for (const when of ['at once', 'after a checkpoint', 'after a restart']) {
    if (when === 'after a checkpoint') await engine.checkpoint();
    if (when === 'after a restart') {
      await engine.close();
      engine = await node(dir, options);
    }
    const profile = await engine.profile('bob');
    t.match(
      profile,
      { id: 'bob', totals: { purchases: 4, net: 4_200 }, attributes: { name: 'Ann', city: 'Boston' } },
      when,
    );
    t.same(await engine.profile('ann'), profile, `${when}: a read of the old id answers the survivor`);
    t.same(
      await one(engine, purchase('ann', 'a2', 2_000, START + HOUR)),
      before,
      `${when}: a repeat of an old event is answered as before`,
    );
    t.match(
      await one(engine, purchase('bob', 'a1', 700, START + 3 * HOUR)),
      { status: 'duplicate' },
      `${when}: of two events with one id each finds its own`,
    );
    t.match(await one(engine, purchase('ann', 'a1', 1_000, START)), { status: 'duplicate' });
    t.match(await one(engine, purchase('ann', 'a1', 1_001, START)), {
      status: 'invalid',
      errors: [{ code: 'event_id_reused' }],
    });
    const { items } = (await engine.events('ann', { limit: 50 }))!;
    t.same(
      items.filter((item) => item.event?.type === 'purchase').map((item) => item.event?.id),
      ['a1', 'b1', 'a2', 'a1'],
      `${when}: newest first, of both`,
    );
    const page = (await engine.events('bob', { limit: 3 }))!;
    const rest = (await engine.events('bob', { limit: 50, cursor: page.nextCursor! }))!;
    t.same(
      [...page.items, ...rest.items].map(({ position }) => position),
      items.map(({ position }) => position),
      'pages fit together',
    );
  }

  t.match(await one(engine, purchase('ann', 'a3', 300, START + 110 * HOUR)), { status: 'applied' });
  t.match(await one(engine, purchase('ann', 'a3', 300, START + 110 * HOUR)), { status: 'duplicate' });
  t.match(await engine.profile('bob'), { totals: { purchases: 5, net: 4_500 } });
  t.match(await one(engine, purchase('bob', 'a3', 300, START + 110 * HOUR)), {
    status: 'refused',
    reason: 'transaction_exists',
  });
  t.match(await one(engine, giveBack('bob', 'r1', 'a2', 500)), {
    status: 'applied',
    outcomes: [{ type: 'points.reversed', data: { points: 5 } }, {}],
  });
  t.match(await one(engine, giveBack('ann', 'r2', 'a2', 1_600)), {
    status: 'refused',
    reason: 'return_exceeds_purchase',
  });
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('of two purchases with one name a return is of the survivor’s, whatever came back of the other', async (t) => {
  const engine = await node(folder(t), options);
  await annAndBob(engine);
  await one(engine, giveBack('ann', 'r1', 'a1', 600));
  await one(engine, merge('bob', 'ann'));
  t.match(await one(engine, giveBack('ann', 'r2', 'a1', 700)), {
    status: 'applied',
    outcomes: [{ type: 'points.reversed', data: { points: 7 } }, {}],
  });
  t.match(await one(engine, giveBack('bob', 'r3', 'a1', 1)), { status: 'refused', reason: 'return_exceeds_purchase' });
  t.match(await engine.profile('bob'), { totals: { purchases: 4, returns: 2, net: 2_900 } });
  await engine.close();
});

t.test('explain tells events of before and after the merge, and the merge itself', async (t) => {
  const engine = await node(folder(t), options);
  await annAndBob(engine);
  await one(engine, merge('bob', 'ann'));
  await one(engine, giveBack('bob', 'r1', 'a2', 500));
  t.match(await engine.explain('bob', 'a2', false), { eventId: 'a2', result: 'applied' });
  t.match(await engine.explain('ann', 'm-ann', false), { outcomes: [{ type: 'customer.merged' }] });
  const explained = (await engine.explain('bob', 'r1', false)) as { outcomes: Json[]; campaigns: Json[] };
  t.match(JSON.stringify(explained), /"points":5/, 'the purchase of the old one is found');
  await engine.close();
});

t.test('chains are followed; circles and what was merged already are refused', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, options);
  await annAndBob(engine);
  await one(engine, purchase('cat', 'c1', 100, START));
  t.match(await one(engine, merge('bob', 'bob')), { status: 'refused', reason: 'merge_with_itself' });
  t.match(await one(engine, merge('bob', 'ann', 'm1')), { status: 'applied' });
  t.match(await one(engine, merge('bob', 'ann', 'm1')), { status: 'duplicate' });
  t.match(await one(engine, merge('bob', 'ann', 'm2')), { status: 'refused', reason: 'already_merged' });
  t.match(await one(engine, merge('cat', 'ann', 'm3')), {
    status: 'refused',
    reason: 'already_merged',
    detail: /name "bob"/,
  });
  t.match(await one(engine, merge('ann', 'bob', 'm4')), { status: 'refused', reason: 'merge_with_itself' }, 'a circle');
  t.match(await one(engine, merge('cat', 'bob', 'm5')), { status: 'applied' }, 'a chain');
  t.match(
    await one(engine, merge('ann', 'cat', 'm6')),
    { status: 'refused', reason: 'merge_with_itself' },
    'a longer circle',
  );
  for (const id of ['ann', 'bob', 'cat'])
    t.match(await engine.profile(id), { id: 'cat', totals: { purchases: 5, net: 4_300 } });
  t.match(await one(engine, purchase('ann', 'a2', 2_000, START + HOUR)), { status: 'duplicate' });
  t.match(await one(engine, merge('ann', 'never-seen', 'm7')), { status: 'applied' });
  t.match(await one(engine, purchase('never-seen', 'n1', 50, START)), { status: 'applied' });
  t.match(await engine.profile('never-seen'), { id: 'cat', totals: { purchases: 6 } });
  await engine.close();
  const again = await node(dir, options);
  t.match(await again.profile('never-seen'), { id: 'cat', totals: { purchases: 6 } });
  await again.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('deadlines of the old one are the survivor’s', async (t) => {
  let now = START + 240 * HOUR;
  const engine = await node(folder(t), { ...options, now: () => now });
  await annAndBob(engine);
  await engine.checkpoint();
  await one(engine, merge('bob', 'ann'));
  await engine.checkpoint();
  now = Date.parse('2026-06-01T12:00:00Z');
  t.match(await engine.profile('bob'), { points: { stars: { active: 0, earned: 42, expired: 42 } } });
  await engine.close();
});

t.test('whichever of the two rows a crash leaves behind, the merge is there once', async (t) => {
  const dir = folder(t);
  const live = await node(dir, options);
  await annAndBob(live);
  await live.checkpoint();
  const before = crashed(t, dir);
  await one(live, merge('bob', 'ann'));
  await one(live, purchase('ann', 'a4', 100, START + 130 * HOUR));
  await live.checkpoint();
  const expected = await live.profile('ann');
  for (const behind of [[], ['ann'], ['bob'], ['ann', 'bob']]) {
    const copy = crashed(t, dir);
    await setBack(copy, before, behind);
    const again = await node(copy, options);
    const what = behind.length === 0 ? 'none is behind' : `${behind.join(' and ')} behind`;
    t.same(await again.profile('ann'), expected, `${what}: the old id`);
    t.same(await again.profile('bob'), expected, `${what}: the survivor`);
    t.match(await one(again, merge('bob', 'ann')), { status: 'duplicate' });
    t.match(await one(again, purchase('ann', 'a2', 2_000, START + HOUR)), { status: 'duplicate' });
    await again.close();
    t.same((await verifyData(copy)).drifts, [], what);
  }
  await live.close();
});

/** Rows as they were before, and the mark with them: as where the checkpoint had not come to them yet. */
async function setBack(dir: string, before: string, ids: readonly string[]): Promise<void> {
  const old = new Rows(join(before, 'state'), { readOnly: true });
  const rows = new Rows(join(dir, 'state'));
  await rows.write((batch) => {
    for (const id of ids) batch.put(rows.customers, id, old.customers.get(id)!);
    if (ids.length > 0) batch.put(rows.meta, 'mark', old.meta.get('mark')!);
  });
  await rows.close();
  await old.close();
}

const ROUNDS = Number(process.env.REGULARS_CRASH_ROUNDS ?? 4);
const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);

t.test(`killed ${ROUNDS} times while merging at full speed, every purchase counts once`, async (t) => {
  t.comment(`REGULARS_SEED=${SEED}`);
  const dir = folder(t);
  let seed = SEED;
  for (let round = 0; round < ROUNDS; round++) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    await killed(dir, 60 + (seed % 400));
  }
  await killed(dir, undefined);
  const engine = await node(dir, options);
  for (let n = 0; n < 100; n++) {
    const [survivor, old] = [await engine.profile(`s-${n}`), await engine.profile(`o-${n}`)];
    t.same(survivor, old);
    t.match(survivor, {
      id: `s-${n}`,
      totals: { purchases: 6, net: 600 },
      points: { stars: { earned: 56, active: 56 } },
    });
  }
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

/** Runs the writer from its beginning; kills it so many ms after its first word. */
function killed(dir: string, afterMs: number | undefined): Promise<void> {
  const writer = fileURLToPath(new URL('./testing/merge-writer.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout.once('data', () => {
      if (afterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), afterMs);
    });
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (code, signal) =>
      signal === 'SIGKILL' || code === 0 ? resolve() : reject(new Error(`the writer ended with ${code ?? signal}`)),
    );
  });
}
