/**
 * A year of real purchases (Daqing Chen, "Online Retail", UCI Machine Learning Repository, 2015,
 * doi:10.24432/C5BW33, CC BY 4.0) through the command line, compared with what another program in another language
 * worked out for every customer. The data is in ../shared beside the checkout; without it nothing is tested here, and
 * the test says so.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { type Environment, lastingPort, ROOT_KEY, regulars, type Served, serveProcess, temporary } from './running.js';
import { canCluster, started } from './running-cluster.js';

const DATA = dataBeside(fileURLToPath(import.meta.url));
const EVENTS = join(DATA, 'events-a.ndjson.gz');
const PROGRAM = join(DATA, 'program.yaml');
const KILLS = 20;
const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
const absent = existsSync(EVENTS)
  ? false
  : 'the real data is not beside this checkout (../shared/data/online-retail): not compared';
if (absent !== false) t.comment(absent);
t.setTimeout(600_000);

interface Row {
  readonly [column: string]: string;
}
const expected: Row[] = absent === false ? rows(readFileSync(join(DATA, 'expected-a.csv'), 'utf8')) : [];
const lines: string[] = absent === false ? gunzipSync(readFileSync(EVENTS)).toString().trimEnd().split('\n') : [];

t.test('in one go, every customer is exactly as expected', { skip: absent }, async (t) => {
  await withNode(t, async (served) => replay(t, served, EVENTS));
});

t.test("in ten batches shuffled so that only each customer's own order is kept", { skip: absent }, async (t) => {
  t.comment(`REGULARS_SEED=${SEED}`);
  await withNode(t, async (served, dir) => {
    const parts = shuffledParts(10);
    for (let i = 0; i < parts.length; i++) {
      const file = join(dir, `part-${i}.ndjson`);
      writeFileSync(file, parts[i]!.join('\n'));
      await replay(t, served, file);
    }
  });
});

t.test('with every event sent twice', { skip: absent }, async (t) => {
  await withNode(t, async (served, dir) => {
    const file = join(dir, 'twice.ndjson');
    writeFileSync(file, lines.flatMap((line) => [line, line]).join('\n'));
    const summary = await replay(t, served, file);
    t.equal(summary.duplicate, lines.length, 'the second of each is a duplicate');
  });
});

t.test(`with the node killed by kill -9 ${KILLS} times during the run`, { skip: absent }, async (t) => {
  t.comment(`REGULARS_SEED=${SEED}`);
  const random = seeded(SEED);
  const dir = temporary(t);
  const data = join(dir, 'data');
  const serving = ['--data', data, '--program', PROGRAM, '--port', String(await lastingPort())];
  let served = await serveProcess(t, serving);
  let replaying = true;
  const command = ['replay', EVENTS, '--url', served.url, '--clock', 'event', '--batch', '25', '--json'];
  const replayed = regulars(command).finally(() => {
    replaying = false;
  });
  let kills = 0;
  while (kills < KILLS && (await hasTaken(served, () => replaying))) {
    await new Promise((resolve) => setTimeout(resolve, random() * 60));
    served.process.kill('SIGKILL');
    await served.ended;
    if (replaying) kills++;
    served = await serveProcess(t, serving);
  }
  const { code, out, err } = await replayed;
  t.equal(code, 0, err);
  t.equal(JSON.parse(out).events, lines.length);
  t.equal(kills, KILLS, 'kills while the replay ran');
  await compare(t, served);
  served.process.kill('SIGTERM');
  t.equal(await served.ended, 0);
  await verified(t, data);
});

t.test('through a cluster of three nodes, the one that leads killed half way', { skip: absent }, async (t) => {
  if (!canCluster()) return;
  const cluster = await started(t, 3, PROGRAM);
  const leader = await cluster.leader();
  const asked = cluster.nodes[(leader + 1) % 3]!;
  const replayed = regulars(['replay', EVENTS, '--url', asked.url, '--clock', 'event', '--batch', '100', '--json']);
  await cluster.hasApplied(lines.length / 200);
  cluster.nodes[leader]!.process.kill('SIGKILL');
  const { code, out, err } = await replayed;
  t.equal(code, 0, err);
  t.equal(JSON.parse(out).events, lines.length);
  t.not(await cluster.leader(), leader, 'another one leads');
  await compare(t, asked);
  await cluster.start(leader);
  await cluster.settled();
  for (const node of cluster.nodes) await node!.stop();
  for (let i = 0; i < 3; i++) await verified(t, cluster.folder(i), { REGULARS_NODE_KEY: cluster.nodeKey });
});

/** `../shared` of the checkout, wherever in it this file was compiled to. */
function dataBeside(file: string): string {
  for (let at = dirname(file); at !== dirname(at); at = dirname(at)) {
    const data = join(at, 'shared/data/online-retail');
    if (existsSync(data)) return data;
  }
  return '';
}

async function withNode(t: Test, feed: (served: Served, dir: string) => Promise<unknown>): Promise<void> {
  const dir = temporary(t);
  const data = join(dir, 'data');
  const served = await serveProcess(t, ['--data', data, '--program', PROGRAM, '--port', '0']);
  try {
    await feed(served, dir);
    await compare(t, served);
  } finally {
    served.process.kill('SIGTERM');
  }
  t.equal(await served.ended, 0, 'a clean stop');
  await verified(t, data);
}

/** Waits until the node has written something since it was started; false where the replay is done before. */
async function hasTaken(served: Served, replaying: () => boolean): Promise<boolean> {
  const record = async (): Promise<unknown> =>
    ((await served.get('/readyz?verbose')).body as { record: number }).record;
  for (const before = await record(); replaying(); ) {
    if ((await record()) !== before) return true;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return false;
}

async function replay(t: Test, served: Served, file: string): Promise<Record<string, number>> {
  const { code, out, err } = await regulars(['replay', file, '--url', served.url, '--clock', 'event', '--json']);
  t.equal(code, 0, err);
  return JSON.parse(out);
}

async function verified(t: Test, data: string, environment: Environment = {}): Promise<void> {
  const { code, out, err } = await regulars(['verify', '--data', data, '--json'], environment);
  t.equal(code, 0, err);
  const { customers, drifts } = JSON.parse(out);
  t.same(drifts, []);
  t.equal(customers, expected.length);
}

/** Every column of every customer. */
async function compare(t: Test, served: Served): Promise<void> {
  const different: string[] = [];
  for (let at = 0; at < expected.length; at += 32) {
    await Promise.all(
      expected.slice(at, at + 32).map(async (row) => {
        const response = await fetch(`${served.url}/v1/customers/${row.customer}`, {
          headers: { authorization: `Bearer ${ROOT_KEY}` },
        });
        const seen =
          response.status === 200
            ? columnsOf((await response.json()) as Profile)
            : { customer: `answered ${response.status}` };
        for (const [column, value] of Object.entries(row)) {
          const wanted = column === 'lastPurchaseAt' && value !== '' ? String(Date.parse(value)) : value;
          if ((seen as Row)[column] !== wanted)
            different.push(`${row.customer} ${column}: expected ${wanted}, got ${(seen as Row)[column]}`);
        }
      }),
    );
  }
  t.same(different.slice(0, 10), [], `${expected.length} customers compared in every column`);
}

interface Profile {
  id: string;
  totals: { purchases: number; returns: number; net: number; lastPurchaseAt: string | null };
  points: Record<string, { active: number; pending: number; debt: number }>;
  tiers: { main: { level: string } };
  behaviors: Record<string, { completions: number }>;
}

function columnsOf(profile: Profile): Row {
  const balance = (account: string): string => {
    const { active, pending, debt } = profile.points[account]!;
    return String(active + pending - debt);
  };
  const { purchases, returns, net, lastPurchaseAt } = profile.totals;
  const completions = Object.entries(profile.behaviors).map(([id, behavior]) => [id, String(behavior.completions)]);
  return {
    customer: profile.id,
    purchases: String(purchases),
    returns: String(returns),
    monetary: String(net),
    lastPurchaseAt: lastPurchaseAt === null ? '' : String(Date.parse(lastPurchaseAt)),
    stars: balance('stars'),
    status: balance('status'),
    tier: profile.tiers.main.level,
    ...Object.fromEntries(completions),
  };
}

function rows(csv: string): Row[] {
  const [head, ...body] = csv
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return body.map((cells) => Object.fromEntries(head!.map((column, i) => [column, cells[i]!])));
}

/** All lines in `count` parts: shuffled over customers, each customer's own in order. */
function shuffledParts(count: number): string[][] {
  const random = seeded(SEED);
  const byCustomer = new Map<string, string[]>();
  for (const line of lines) {
    const { subject } = JSON.parse(line) as { subject: string };
    byCustomer.set(subject, [...(byCustomer.get(subject) ?? []), line]);
  }
  const slots = [...byCustomer].flatMap(([customer, own]) => own.map(() => customer));
  for (let i = slots.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [slots[i], slots[j]] = [slots[j]!, slots[i]!];
  }
  const next = new Map<string, number>();
  const shuffled = slots.map((customer) => {
    const at = next.get(customer) ?? 0;
    next.set(customer, at + 1);
    return byCustomer.get(customer)![at]!;
  });
  const size = Math.ceil(shuffled.length / count);
  return Array.from({ length: count }, (_, i) => shuffled.slice(i * size, (i + 1) * size));
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
