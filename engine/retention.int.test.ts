/** Old segments go, never before a verified base stands at their end; what is left is right (DESIGN D7). */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Event } from '../actors/event.js';
import type { Program } from '../actors/program/program.js';
import { sequenceOf } from './journal/position.js';
import { folder, node, purchase } from './testing/brand.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const KEEP = 40 * DAY;
type Node = Awaited<ReturnType<typeof node>>;

function segments(dir: string): string[] {
  return readdirSync(join(dir, 'journal')).filter((name) => /^\d+$/.test(name));
}

/** A node whose clock the test moves, with small segments. */
function clocked() {
  const clock = { now: START };
  const options = {
    now: () => clock.now,
    checkpointEveryMs: 3_600_000,
    segmentBytesMax: 65_536,
    keepJournalMs: KEEP,
  };
  return { clock, options };
}

/** Purchases of forty customers, each so many; several segments. */
async function fill(engine: Node, name: string, rounds: number, at: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const events = Array.from({ length: 120 }, (_, n): Event => {
      return purchase(`c${n % 40}`, `${name}-${round}-${n}`, 1_000 + n, at);
    });
    await engine.submit(events, 'wall');
  }
}

t.test('segments are dropped behind a verified base, again and again', async (t) => {
  const dir = folder(t);
  const { clock, options } = clocked();
  let engine = await node(dir, options);
  await fill(engine, 'a', 8, clock.now);
  const old = purchase('c0', 'old', 5_000, clock.now);
  await engine.submit([old], 'wall');
  const tail = engine.tail({ after: '0-0' });
  const [seen] = (await tail.next(1, new AbortController().signal)).deliveries;
  tail.close();
  const made = segments(dir).length;
  t.ok(made > 3, `${made} segments`);
  await engine.checkpoint();
  await engine.retain();
  t.equal(segments(dir).length, made, 'none is old enough');

  for (const name of ['b', 'c']) {
    clock.now += KEEP + DAY;
    await fill(engine, name, 8, clock.now);
    await engine.checkpoint();
    const before = segments(dir);
    await engine.retain();
    t.ok(segments(dir).length < before.length, 'old ones are dropped');
    t.equal(segments(dir).at(-1), before.at(-1));
    const bases = readdirSync(join(dir, 'bases'));
    t.equal(bases.length, 1, 'one base, no other');
    t.match(bases[0], /^\d{12}$/);
    t.equal(Number(bases[0]) + 1, Number(segments(dir)[0]), 'at the end of what was dropped');
    t.same((await verifyData(dir)).drifts, [], 'beside the running node');
  }

  for (const restart of [false, true]) {
    if (restart) {
      await engine.close();
      engine = await node(dir, options);
    }
    const recent = purchase('c3', 'c-7-3', 1_003, clock.now);
    t.match(await engine.submit([recent], 'wall'), [{ status: 'duplicate' }], 'a repeat of a recent one');
    t.equal(await engine.explain('c0', 'old', true), 'gone');
    const explained = await engine.explain('c3', 'c-7-3', false);
    t.match(explained, { eventId: 'c-7-3', programVersion: 1 }, 'a later one is explained');
    const page = await engine.events('c3', { limit: 500 });
    const earned = page!.items
      .find((item) => item.event?.id === 'c-7-3')!
      .outcomes.filter((o) => o.type === 'points.earned');
    const { campaigns } = explained as { campaigns: { outcomes?: { type: string; data: { points: number } }[] }[] };
    const again = campaigns.flatMap((campaign) => campaign.outcomes ?? []).filter((o) => o.type === 'points.earned');
    t.same(
      again.map((o) => o.data.points),
      earned.map((o) => o.data.points),
      'as it was decided',
    );
    t.ok(page!.items.length > 0 && page!.items.length < 72, 'the stream shows what is kept');
    t.match(await engine.profile('c3'), { totals: { purchases: 72 } });
    const behind = engine.tail({ after: seen!.cursor });
    const next = await behind.next(1, new AbortController().signal);
    t.equal(next.gap, true, 'a follower from before is told of the gap');
    t.equal(next.deliveries.length, 1, 'and goes on where the journal begins');
    t.equal((await behind.next(1, new AbortController().signal)).gap, false, 'told once');
    behind.close();
    const oldest = Number(segments(dir)[0]);
    const justBefore = engine.tail({ after: `${sequenceOf(oldest - 1, 0)}-0` });
    const none = { deliveries: [{}], gap: true };
    t.match(await justBefore.next(1, new AbortController().signal), none, 'also right before the oldest record');
    justBefore.close();
  }
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('nothing is dropped while the base cannot be made', async (t) => {
  const dir = folder(t);
  const { clock, options } = clocked();
  const engine = await node(dir, options);
  await fill(engine, 'a', 8, clock.now);
  await engine.checkpoint();
  clock.now += KEEP + DAY;
  const before = segments(dir);
  writeFileSync(join(dir, 'bases'), 'in the way');
  await engine.retain();
  t.same(segments(dir), before);
  rmSync(join(dir, 'bases'));
  await engine.retain();
  t.ok(segments(dir).length < before.length, 'mended: dropped');
  t.ok(existsSync(join(dir, 'bases')));
  await engine.close();
});

t.test('what is kept for a parked customer is not dropped', async (t) => {
  const dir = folder(t);
  const { clock, options } = clocked();
  const engine = await node(dir, options);
  const program = engine.program as { -readonly [K in keyof Program]: Program[K] };
  const { candidates } = program;
  program.candidates = (view) => {
    if (view.event.subject === 'ann') throw new Error('a defect of this build');
    return candidates.call(program, view);
  };
  t.match(await engine.submit([purchase('ann', 'p1', 1_000, clock.now)], 'wall'), [{ status: 'parked' }]);
  await fill(engine, 'a', 8, clock.now);
  await engine.checkpoint();
  clock.now += KEEP + DAY;
  const before = segments(dir);
  await engine.retain();
  t.same(segments(dir), before);
  program.candidates = candidates;
  t.equal(await engine.unpark('ann'), 0);
  await engine.checkpoint();
  await engine.retain();
  t.ok(segments(dir).length < before.length, 'unparked: dropped');
  t.match(await engine.profile('ann'), { totals: { purchases: 1 } });
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});
