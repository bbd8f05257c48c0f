/**
 * Limits that all customers share, on a node: never exceeded, used to the last place, and after `kill -9` what they were.
 * `REGULARS_SEED` repeats a run's moments, `REGULARS_CRASH_ROUNDS` makes it long.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { Bases } from './bases.js';
import { Journal } from './journal/journal.js';
import { silent } from './log.js';
import { pack } from './pack.js';
import { Rows } from './rows.js';
import { LIMITS, storedCounts } from './shared-counts.js';
import { folder, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { BUDGET, CUSTOMERS, eventOf, START, sharedNode, TOTAL } from './testing/shared-writer.js';
import { Vault } from './vault/vault.js';
import { verifyData } from './verify.js';

type Engine = Awaited<ReturnType<typeof sharedNode>>;
const ROUNDS = Number(process.env.REGULARS_CRASH_ROUNDS ?? 5);
const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
const QUIET = { checkpointEveryMs: 3_600_000 };

/** What all customers hold of what the campaigns gave, from their own records alone. */
async function held(engine: Engine): Promise<{ completions: number; points: number }> {
  let completions = 0;
  let points = 0;
  for (let i = 0; i < CUSTOMERS; i++) {
    const profile = await engine.profile(`customer-${i}`);
    if (profile === undefined) continue;
    const { behaviors, points: accounts } = profile as {
      behaviors: { total: { completions: number } };
      points: { stars: { earned: number; reversed: number } };
    };
    completions += behaviors.total.completions;
    points += accounts.stars.earned - accounts.stars.reversed;
  }
  return { completions, points };
}

async function submit(engine: Engine, from: number, to: number): Promise<void> {
  await engine.submit(
    Array.from({ length: to - from }, (_, i) => eventOf(from + i)),
    'wall',
  );
}

t.test('never exceeded and used to the last place, with what clawback frees', async (t) => {
  const engine = await sharedNode(folder(t), QUIET);
  for (let from = 0; from < 3_000; from += 500) {
    await submit(engine, from, from + 500);
    const { completions, points } = await held(engine);
    t.ok(completions <= TOTAL && points <= BUDGET, `${completions} completions, ${points} points`);
  }
  // The last event gave a place back.
  await submit(engine, 3_000, 3_002);
  t.same(await held(engine), { completions: TOTAL, points: BUDGET });
  await engine.close();
});

t.test(`killed ${ROUNDS} times the counts are what the entries say, and the limits hold`, async (t) => {
  t.comment(`REGULARS_SEED=${SEED}`);
  const dir = folder(t);
  let seed = SEED;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  let first = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const highest = await killed(dir, first, 30 + random() * 300);
    first = Math.max(0, highest - 60);
  }
  t.same((await verifyData(dir)).drifts, [], 'as the crash left it');
  const engine = await sharedNode(dir);
  const after = await held(engine);
  t.ok(
    after.completions <= TOTAL && after.points <= BUDGET,
    `${after.completions} completions, ${after.points} points`,
  );
  await submit(engine, 0, 3_002);
  t.same(await held(engine), { completions: TOTAL, points: BUDGET }, 'what was left is given, and no more');
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
  t.same(counts(dir), { 'budget/budget': BUDGET, 'total/total': TOTAL });
});

t.test('a copy at any moment, replayed, goes on as the living node does', async (t) => {
  const dir = folder(t);
  const live = await sharedNode(dir, QUIET);
  await submit(live, 0, 300);
  await live.checkpoint();
  await submit(live, 300, 420);
  const copy = crashed(t, dir);
  const replayed = await sharedNode(copy, QUIET);
  t.same(await held(replayed), await held(live));
  await submit(live, 420, 900);
  await submit(replayed, 420, 900);
  t.same(await held(replayed), await held(live));
  await live.close();
  await replayed.close();
  t.same(counts(copy), counts(dir));
  t.same((await verifyData(copy)).drifts, []);
});

t.test('verify names a count that the entries do not lead to, and one that is not there', async (t) => {
  const dir = folder(t);
  const engine = await sharedNode(dir, QUIET);
  await submit(engine, 0, 100);
  await engine.close();
  const before = counts(dir);
  await change(dir, 'total/total', 7);
  t.match((await verifyData(dir)).drifts, [
    { customer: null, what: 'shared limit total/total', journal: before['total/total'], row: 7 },
  ]);
  await change(dir, 'total/total', undefined);
  t.match((await verifyData(dir)).drifts, [
    { customer: null, what: 'shared limit total/total', journal: before['total/total'], row: 0 },
  ]);
});

t.test('a base holds the counts, and verify goes on from it', async (t) => {
  const dir = folder(t);
  const engine = await sharedNode(dir, QUIET);
  await submit(engine, 0, 100);
  await engine.close();
  const vault = Vault.open(dir, undefined, { readOnly: true });
  const journal = Journal.open(join(dir, 'journal'), { readOnly: true, log: silent });
  const bases = new Bases(join(dir, 'bases'));
  await bases.make(journal.last, journal, vault, () => {});
  t.same(Object.fromEntries(names(bases.at(journal.last))), counts(dir));
  await bases.close();
  await journal.close();
  await vault.close();
  const again = await sharedNode(dir, QUIET);
  await submit(again, 100, 200);
  await again.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('explain of an event long past says what was left then', async (t) => {
  const engine = await sharedNode(folder(t), QUIET);
  t.teardown(() => engine.close());
  for (let n = 0; n < TOTAL; n += 100)
    await engine.submit(
      Array.from({ length: 100 }, (_, i) => purchase('x-' + (n + i), 'x-' + (n + i), 100, START)),
      'wall',
    );
  await engine.submit([purchase('late', 'late', 100, START)], 'wall');
  const back = { transactionId: 'r', originalTransactionId: 'x-0', total: 100 };
  await engine.submit(
    [{ id: 'r', source: 'pos/test', type: 'return', subject: 'x-0', time: START + 1, data: back }],
    'wall',
  );
  const told = await engine.explain('late', 'late', false);
  t.match(told, {
    campaigns: [
      { id: 'total', considered: false, reason: 'total' },
      { id: 'budget', completed: true },
    ],
  });
  const first = await engine.explain('x-0', 'x-0', false);
  t.match(first, { campaigns: [{ id: 'total', considered: true, completed: true }, {}] });
});

function* names(rows: Rows): Iterable<[string, number]> {
  for (const [name, count] of storedCounts(rows)) yield [name, count];
}

function counts(dir: string): Record<string, number> {
  const rows = new Rows(join(dir, 'state'), { readOnly: true });
  const found = Object.fromEntries(names(rows));
  void rows.close();
  return found;
}

async function change(dir: string, name: string, count: number | undefined): Promise<void> {
  const rows = new Rows(join(dir, 'state'));
  const stored = [...storedCounts(rows)].find(([each]) => each === name)!;
  await rows.write((batch) => {
    if (count === undefined) batch.remove(rows.control, [LIMITS, name]);
    else batch.put(rows.control, [LIMITS, name], pack([count, stored[2]]));
  });
  await rows.close();
}

/** Runs the writer and kills it so many ms after it began. Resolves to the highest event that was acknowledged. */
function killed(dir: string, from: number, afterMs: number): Promise<number> {
  const writer = fileURLToPath(new URL('./testing/shared-writer.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir, String(from), '20000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (text === '' && chunk.length > 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) return reject(new Error(`the writer ended with ${code ?? signal}`));
      const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
      resolve(Math.max(from, ...lines.filter((line) => /^\d/.test(line)).map(Number)));
    });
  });
}
