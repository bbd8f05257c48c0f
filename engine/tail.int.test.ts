/** Following the outcomes: each once from a cursor on, also over a restart; filters; gaps; nothing waits after an abort. */
import t from 'tap';
import { isPublic } from '../actors/outcome.js';
import type { Delivery, Tail, TailRequest } from './contract.js';
import { Gate } from './gate.js';
import type { Sealer } from './journal/entry.js';
import { Journal } from './journal/journal.js';
import { silent } from './log.js';
import { Tails } from './tail.js';
import { folder, node, purchase } from './testing/brand.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000 };
const never = new AbortController().signal;
type Node = Awaited<ReturnType<typeof node>>;

/** The next `count` deliveries, at most `max` at a time. */
async function take(tail: Tail, count: number, max = 7): Promise<Delivery[]> {
  const taken: Delivery[] = [];
  while (taken.length < count) {
    const { deliveries } = await tail.next(Math.min(max, count - taken.length), never);
    taken.push(...deliveries);
  }
  return taken;
}

/** Submits purchases and gives the ids of what they caused. */
async function buy(engine: Node, customer: string, from: number, to: number): Promise<string[]> {
  const events = Array.from({ length: to - from }, (_, n) => purchase(customer, `p${from + n}`, 1_000, START));
  const decisions = await engine.submit(events, 'wall');
  return decisions
    .flatMap((decision) => ('outcomes' in decision ? decision.outcomes.filter(isPublic) : []))
    .map((o) => o.id);
}

/** Nothing more comes within a few turns of the loop. */
async function quiet(tail: Tail): Promise<boolean> {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 30);
  return (await tail.next(10, controller.signal)).deliveries.length === 0;
}

t.test('each outcome once, in order, from any cursor, also over a restart', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const before = await buy(engine, 'ann', 0, 3);
  const live = engine.tail({});
  const ids = await buy(engine, 'ann', 3, 12);
  ids.push(...(await buy(engine, 'bob', 0, 5)));
  const seen = await take(live, ids.length);
  t.same(
    seen.map(({ outcome }) => outcome.id),
    ids,
    'from now on',
  );
  t.ok(await quiet(live), 'and nothing else');
  const waiting = live.next(50, never);
  const more = await buy(engine, 'cy', 0, 1);
  t.same(
    (await waiting).deliveries.map(({ outcome }) => outcome.id),
    more,
    'whoever waits is given what comes',
  );
  live.close();
  t.same(await live.next(1, never), { deliveries: [], gap: false }, 'a closed one gives nothing');
  ids.push(...more);

  for (const restart of [false, true]) {
    if (restart) {
      await engine.close();
      engine = await node(dir, options);
    }
    for (let at = 0; at < ids.length - 1; at += 5) {
      const tail = engine.tail({ after: seen[at]!.cursor });
      const rest = await take(tail, ids.length - at - 1, 3);
      t.same(
        rest.map(({ outcome }) => outcome.id),
        ids.slice(at + 1),
        `after outcome ${at}`,
      );
      tail.close();
    }
  }
  const all = engine.tail({ after: '0-0' });
  const first = await take(all, before.length + ids.length, 500);
  t.same(
    first.map(({ outcome }) => outcome.id),
    [...before, ...ids],
    'from the beginning',
  );
  all.close();
  t.throws(() => engine.tail({ after: 'x' }), { code: 'cursor_invalid' });
  await engine.close();
});

t.test('filters by type, by prefix and by customer', async (t) => {
  const engine = await node(folder(t), options);
  t.teardown(() => engine.close());
  const ids = [...(await buy(engine, 'ann', 0, 6)), ...(await buy(engine, '__proto__', 0, 6))];
  const all = (await take(engine.tail({ after: '0-0' }), ids.length, 500)).map(({ outcome }) => outcome);
  const table: [string, Omit<TailRequest, 'after'>, (o: (typeof all)[number]) => boolean][] = [
    ['one type', { types: ['tier.changed'] }, (o) => o.type === 'tier.changed'],
    ['a prefix', { types: ['points.*'] }, (o) => o.type.startsWith('points.')],
    ['a customer', { customers: new Set(['__proto__']) }, (o) => o.customerId === '__proto__'],
    [
      'both',
      { customers: new Set(['ann']), types: ['tier.*', 'points.earned'] },
      (o) => o.customerId === 'ann' && (o.type === 'tier.changed' || o.type === 'points.earned'),
    ],
  ];
  for (const [name, request, wanted] of table) {
    const expected = all.filter(wanted).map((o) => o.id);
    const tail = engine.tail({ ...request, after: '0-0' });
    const found = await take(tail, expected.length, 4);
    t.ok(expected.length > 0, name);
    t.same(
      found.map(({ outcome }) => outcome.id),
      expected,
      name,
    );
    t.ok(await quiet(tail), `${name}: nothing else`);
    tail.close();
  }
});

const noSeal: Sealer = { seal: (_, bytes) => bytes, open: (_, bytes) => bytes };

t.test('an abort leaves nothing waiting at the gate, a failure is told', async (t) => {
  const journal = Journal.open(folder(t), { log: silent });
  t.teardown(() => journal.close());
  const gate = new Gate(0);
  const tail = new Tails(journal, gate, noSeal).tail({});
  for (let n = 0; n < 5; n++) {
    const controller = new AbortController();
    const next = tail.next(1, controller.signal);
    t.equal(gate.waiters, 1);
    controller.abort();
    t.same(await next, { deliveries: [], gap: false });
    t.equal(gate.waiters, 0);
  }
  t.same(await tail.next(1, AbortSignal.abort()), { deliveries: [], gap: false }, 'aborted before');
  const next = tail.next(1, never);
  gate.fail(new Error('failed'));
  await t.rejects(next, { message: 'failed' });
  await t.rejects(tail.next(1, never), { message: 'failed' });
});
