/**
 * How long nobody is answered when the leader changes, as a distribution, held against what is promised: planned (told to
 * leave) and unplanned (killed, and frozen), again and again under load. One of each in the normal run;
 * REGULARS_TAKEOVERS says how many (`npm run takeovers`: 20).
 */
import t, { type Test } from 'tap';
import { Load, remembers } from './cluster-load.js';
import { canCluster, type Running, started } from './running-cluster.js';

const TIMES = Number(process.env.REGULARS_TAKEOVERS ?? 1);
/** What is promised, ms (docs/cluster.md). */
const PLANNED_MS = 1_000;
const UNPLANNED_MS = 10_000;
const HEADS = ['count', 'min', 'median', 'p90', 'max'];

t.setTimeout(TIMES * 120_000 + 120_000);

if (canCluster()) await t.test(`${TIMES} planned changes of the leader, and as many of each unplanned kind`, takeovers);

type Way = 'told to leave' | 'killed' | 'frozen';

async function takeovers(t: Test): Promise<void> {
  const cluster = await started(t);
  const load = new Load(t, cluster);
  await load.runsFor(2_000);
  const gaps: Record<Way, number[]> = { 'told to leave': [], killed: [], frozen: [] };
  for (let turn = 0; turn < TIMES; turn++)
    for (const way of Object.keys(gaps) as Way[]) {
      for (let before = -1; before !== load.standstills; ) {
        before = load.standstills;
        const gap = await change(cluster, load, way);
        if (before === load.standstills) gaps[way].push(gap);
        else t.comment(`leader ${way}: this process stood still meanwhile, ${gap} ms are not counted; once more`);
      }
    }
  await load.stop();
  t.comment(`${'without an answer, ms'.padEnd(24)}${HEADS.map((head) => head.padStart(8)).join('')}`);
  for (const [way, all] of Object.entries(gaps)) {
    t.comment(
      `${`leader ${way}`.padEnd(24)}${figures(all)
        .map((ms) => String(ms).padStart(8))
        .join('')}`,
    );
    const most = way === 'told to leave' ? PLANNED_MS : UNPLANNED_MS;
    const late = all.filter((ms) => ms > most);
    t.same(late, [], `leader ${way}: ${all.length} times at most ${Math.max(...all)} ms, ${most} are promised`);
  }
  t.comment(`${load.acknowledged.size} events acknowledged`);
  await remembers(t, cluster, load);
}

/** Returns the longest time without an answer, ms. */
async function change(cluster: Running, load: Load, way: Way): Promise<number> {
  const leader = await cluster.leader();
  const node = cluster.nodes[leader]!;
  const gap = await load.gapWhile(async () => {
    if (way === 'told to leave') await node.stop();
    else node.process.kill(way === 'killed' ? 'SIGKILL' : 'SIGSTOP');
    await cluster.otherLeads(leader);
  });
  if (way === 'frozen') {
    node.process.kill('SIGCONT');
    await node.ended;
  }
  await cluster.start(leader);
  // So that it takes part in the next one.
  await load.runsFor(1_500);
  return gap;
}

function figures(all: readonly number[]): number[] {
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1]!;
  return [all.length, sorted[0]!, at(0.5), at(0.9), sorted.at(-1)!];
}
