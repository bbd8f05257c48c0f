/** One node over a real data folder: what it remembers of a customer, what it keeps of itself, and both after a restart. */
import { Registry as MetricsRegistry } from 'prom-client';
import t from 'tap';
import type { Event, Json } from '../actors/event.js';
import type { Decision, KeepReply } from './contract.js';
import { silent } from './log.js';
import { openNode } from './node.js';
import { BRAND, brand, folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const now = (): number => START + 3_600_000;
const options = { now, checkpointEveryMs: 3_600_000 };

async function one(engine: { submit: Awaited<ReturnType<typeof node>>['submit'] }, event: Event): Promise<Decision> {
  const [decision] = await engine.submit([event], 'wall');
  return decision!;
}

function returnOf(subject: string, id: string, original: string, total: number): Event {
  const data = { transactionId: id, originalTransactionId: original, total };
  return { id, source: 'pos/test', type: 'return', subject, time: START + 1_000, data };
}

function outcomesOf(decision: Decision): unknown {
  return 'outcomes' in decision ? JSON.parse(JSON.stringify(decision.outcomes)) : undefined;
}

t.test('a repeat is answered with what was recorded: at once, in one submit, after a restart', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const event = purchase('ann', 'p1', 2_500, START);
  const [first, second] = await engine.submit([event, { ...event, data: { ...(event.data as object) } }], 'wall');
  t.match(first, { status: 'applied', position: /^\d+-\d+$/ });
  t.match(second, { status: 'duplicate', first: { status: 'applied' } }, 'within one submit');
  t.same(outcomesOf(second!), outcomesOf(first!));
  const again = await one(engine, event);
  t.same(outcomesOf(again), outcomesOf(first!), 'in a later turn');
  await engine.close();

  engine = await node(dir, options);
  const later = await one(engine, event);
  t.match(later, { status: 'duplicate', position: (first as { position: string }).position }, 'after a restart');
  t.same(outcomesOf(later), outcomesOf(first!));
  t.match(await engine.profile('ann'), { totals: { purchases: 1, net: 2_500 } });
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('what is the same event, and what is not', async (t) => {
  const engine = await node(folder(t), options);
  t.teardown(() => engine.close());
  const event = purchase('ann', 'p1', 2_500, START);
  t.match(await one(engine, event), { status: 'applied' });

  const turned = { ...event, data: { total: 2_500, transactionId: 'p1' } };
  t.match(await one(engine, turned), { status: 'duplicate' }, 'the order of keys does not matter');
  const other = { ...event, data: { transactionId: 'p1', total: 2_501 } };
  const reused = { status: 'invalid', errors: [{ pointer: '/id', code: 'event_id_reused' }] };
  t.match(await one(engine, other), reused, 'another payload');
  t.match(await one(engine, { ...event, time: START + 1 }), reused, 'another time');
  t.match(await one(engine, { ...event, type: 'profile.updated', data: { locale: 'en' } }), reused, 'another type');
  t.match(await one(engine, { ...event, subject: 'bob' }), { status: 'applied' }, 'another customer');
  const elsewhere = { ...event, source: 'pos/other', data: { transactionId: 'p2', total: 2_500 } };
  t.match(await one(engine, elsewhere), { status: 'applied' }, 'another source');
  t.match(await engine.profile('ann'), { totals: { purchases: 2 } });
});

t.test('an invalid event is not remembered, a refused one is', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const future = purchase('ann', 'p1', 2_500, now() + 6 * 60_000);
  t.match(await one(engine, future), { status: 'invalid', errors: [{ pointer: '/time', code: 'time_in_future' }] });
  t.equal(await engine.profile('ann'), undefined, 'nothing was recorded');
  t.match(
    await one(engine, { ...future, time: now() + 4 * 60_000 }),
    { status: 'applied' },
    'under the same id, mended',
  );

  const repeated = { ...purchase('ann', 'p1', 900, START), id: 'p1-again' };
  const refused = { status: 'refused', reason: 'transaction_exists', firstEventId: 'p1' };
  t.match(await one(engine, repeated), refused);
  await engine.close();
  engine = await node(dir, options);
  const first = { status: 'refused', reason: 'transaction_exists' };
  t.match(await one(engine, repeated), { status: 'duplicate', first }, 'a repeat tells what was first');
  await engine.close();
});

t.test('a transaction is found again when it has spilled out of the row', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  for (let round = 0; round < 10; round++) {
    const many = Array.from({ length: 20 }, (_, n) => {
      const id = `p${round * 20 + n}`;
      return purchase('ann', id, 1_000, START + round * 20 + n);
    });
    await engine.submit(many, 'wall');
    await engine.checkpoint();
    if (round === 4) {
      await engine.close();
      engine = await node(dir, options);
    }
  }
  const refused = { status: 'refused', reason: 'transaction_exists', firstEventId: 'p0' };
  t.match(await one(engine, { ...purchase('ann', 'p0', 7, START), id: 'x0' }), refused);
  t.match(await one(engine, returnOf('ann', 'r0', 'p0', 400)), {
    outcomes: [{ type: 'points.reversed', data: { account: 'stars', points: 4, transactionId: 'p0' } }],
  });
  await engine.close();

  engine = await node(dir, options);
  t.match(await one(engine, { ...purchase('ann', 'p1', 7, START), id: 'x1' }), { ...refused, firstEventId: 'p1' });
  t.match(await one(engine, purchase('ann', 'p2', 1_000, START + 2)), { status: 'duplicate' }, 'and so is an event id');
  t.match(await one(engine, returnOf('ann', 'r1', 'p0', 600)), {
    outcomes: [{ type: 'points.reversed', data: { points: 6, transactionId: 'p0' } }],
  });
  t.match(await one(engine, returnOf('ann', 'r2', 'p0', 1)), { status: 'refused' }, 'all of it is back already');
  const profile = await engine.profile('ann');
  t.match(profile, { totals: { purchases: 200, returns: 2, net: 199_000 } });
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('the event stream is whole, newest first, page by page', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const ids: string[] = [];
  for (let round = 0; round < 7; round++) {
    const events = Array.from({ length: 31 }, (_, n): Event => {
      const id = `e${round * 31 + n}`;
      ids.push(id);
      const time = START + round * 31 + n;
      if (n % 3 !== 0) return purchase('ann', id, 300, time);
      return { id, source: 'app', type: 'profile.updated', subject: 'ann', time, data: { attributes: { n } } };
    });
    await engine.submit(events, 'wall');
    if (round % 2 === 1) await engine.checkpoint();
    if (round === 3) {
      await engine.close();
      engine = await node(dir, options);
    }
  }
  const read = async (limit: number, only?: 'ledger'): Promise<string[]> => {
    const seen: string[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await engine.events('ann', { limit, ...(cursor === undefined ? {} : { cursor }) }, only);
      t.ok(page!.items.length <= limit);
      seen.push(...page!.items.map((item) => item.event!.id));
      cursor = page!.nextCursor;
    }
    return seen;
  };
  const newestFirst = ids.toReversed();
  t.same(await read(500), newestFirst, 'in one page');
  t.same(await read(31), newestFirst, 'in pages that fit');
  t.same(await read(50), newestFirst, 'in pages that do not');
  const ledger = newestFirst.filter((id) => (Number(id.slice(1)) % 31) % 3 !== 0);
  t.same(await read(20, 'ledger'), ledger, 'only what moved points');
  t.equal(await engine.events('nobody', { limit: 10 }), undefined);
  await t.rejects(engine.events('ann', { limit: 10, cursor: 'x' }), { code: 'cursor_invalid' });
  await engine.close();
});

t.test('nothing is judged before a program is published', async (t) => {
  const engine = await openNode({
    dataDir: folder(t),
    log: silent,
    metrics: new MetricsRegistry(),
    freeDiskBytesMin: 1,
    now,
  });
  t.teardown(() => engine.close());
  await t.rejects(engine.submit([purchase('ann', 'p1', 1, START)], 'wall'), {
    name: 'EngineError',
    code: 'no_program',
  });
  t.match(engine.health(), { ready: false, reasons: ['no program is published'] });
  await engine.publish(brand(), 'me');
  t.match(await one(engine, purchase('ann', 'p1', 100, START)), { status: 'applied', programVersion: 1 });
});

t.test('what comes after a publication is judged by it; every version is kept', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  t.match(await one(engine, purchase('ann', 'p1', 1_000, START)), { programVersion: 1 });
  const generous = structuredClone(BRAND) as {
    campaigns: { outcomes: { points?: { rate?: { points: number } } }[] }[];
  };
  generous.campaigns[0]!.outcomes[0]!.points!.rate!.points = 3;
  const before = engine.submit([purchase('ann', 'p2', 1_000, START)], 'wall');
  const published = engine.publish(generous, 'someone');
  const after = engine.submit([purchase('ann', 'p3', 1_000, START)], 'wall');
  t.match(await published, { version: 2, publishedBy: 'someone', publishedAt: now() });
  t.match((await before)[0], { programVersion: 1, outcomes: [{ data: { points: 10 } }] });
  t.match((await after)[0], { programVersion: 2, outcomes: [{ data: { points: 30 } }] });

  for (const restart of [false, true]) {
    if (restart) {
      await engine.close();
      engine = await node(dir, options);
    }
    t.equal(engine.program?.version, 2);
    t.match(engine.programs(), [
      { version: 1, publishedBy: 'test' },
      { version: 2, publishedBy: 'someone' },
    ]);
    t.same(await engine.programDocument(2), generous as unknown as Json);
    t.same(await engine.programDocument(1), brand());
    t.equal(await engine.programDocument(3), undefined);
    t.match(await engine.explain('ann', 'p1', false), { programVersion: 1 }, 'explained by the version then in force');
  }
  t.match(await one(engine, purchase('ann', 'p1', 1_000, START)), { status: 'duplicate', programVersion: 1 });
  await engine.close();
});

t.test('of two sources that gave one id to an event, either is explained', async (t) => {
  const engine = await node(folder(t), options);
  await one(engine, purchase('ann', 'p1', 1_000, START));
  const other = {
    ...purchase('ann', 'p1', 3_000, START),
    source: 'other',
    data: { transactionId: 'p2', total: 3_000 },
  };
  await one(engine, other);
  const told = async (source?: string) => await engine.explain('ann', 'p1', false, source);
  t.match(await told('other'), { source: 'other', campaigns: [{ outcomes: [{ data: { points: 30 } }] }] });
  t.match(await told(), { campaigns: [{ outcomes: [{ data: { points: 10 } }] }] });
  t.equal(await told('nobody'), undefined);
  await engine.close();
});

t.test('small tables survive, with and without a checkpoint', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  await engine.registry.put('properties', 'a', { name: 'till' });
  await engine.registry.put('properties', '__proto__', { name: 'odd' });
  await engine.registry.put('cursors', 'a', 7);
  await engine.checkpoint();
  await engine.registry.put('properties', 'a', { name: 'till 2' });
  await engine.registry.put('cursors', 'a', null);
  for (const restart of [false, true]) {
    if (restart) {
      const left = crashed(t, dir);
      await engine.close();
      engine = await node(left, options);
    }
    t.same(engine.registry.get('properties', 'a'), { name: 'till 2' });
    t.same(new Map(engine.registry.list('properties')).get('__proto__'), { name: 'odd' });
    t.equal(engine.registry.get('cursors', 'a'), undefined);
    t.same(engine.registry.list('cursors'), []);
    t.same(engine.registry.list('nothing'), []);
  }
  await engine.close();
});

t.test('a reply is kept under its key with what it answers', async (t) => {
  const dir = folder(t);
  let at = now();
  let engine = await node(dir, { ...options, now: () => at });
  let rendered = 0;
  const keep: KeepReply = {
    scope: 'till',
    key: 'k1',
    fingerprint: 'f1',
    render: () => {
      rendered++;
      return { status: 200, contentType: 'text/plain', body: Buffer.from('applied') };
    },
  };
  const submitted = engine.submit([purchase('ann', 'p1', 100, START)], 'wall', keep);
  const waited = await engine.keptReply('till', 'k1', 'f1');
  t.match(waited, { status: 200, contentType: 'text/plain' }, 'a repeat waits for the first');
  t.equal(rendered, 1);
  await submitted;
  for (const restart of ['no', 'after a crash', 'after a clean stop']) {
    if (restart !== 'no') {
      const left = restart === 'after a crash' ? crashed(t, dir) : dir;
      await engine.close();
      engine = await node(left, { ...options, now: () => at });
    }
    const kept = await engine.keptReply('till', 'k1', 'f1');
    t.equal(Buffer.from((kept as { body: Uint8Array }).body).toString(), 'applied', restart);
    t.equal(await engine.keptReply('till', 'k1', 'f2'), 'mismatch');
    t.equal(await engine.keptReply('other', 'k1', 'f1'), undefined, 'a key belongs to who used it');
  }
  at += 31 * 86_400_000;
  t.equal(await engine.keptReply('till', 'k1', 'f1'), undefined, 'for thirty days');
  await engine.close();
});
