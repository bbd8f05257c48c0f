/**
 * A cluster as operators run it: three NATS servers, three nodes, all processes of their own, under load while nodes and
 * servers are killed, stopped and told to leave. Every acknowledged event and its reply is recorded and held against the
 * end. Where nats-server is not installed it says so.
 */
import t, { type Test } from 'tap';
import { natsServers } from '../../engine/cluster/nats-servers.js';
import { lastingPort, purchase, ROOT_KEY, regulars, temporary } from './running.js';
import { canCluster, GIVE_UP_MS, type Running, started } from './running-cluster.js';

const NODES = 3;
const WORKERS = 12;
const CUSTOMERS = 9;

t.setTimeout(600_000);

if (canCluster()) {
  t.test('what a cluster has acknowledged stays, whoever fails', wholeCluster);
  t.test('personal data follows its customer to the node that leads next, and is gone everywhere once erased', erased);
  for (const way of ['both', 'there', 'back'] as const)
    t.test(`the one that leads is cut off from the servers (${way})`, (t) => cutOff(t, way));
  t.test('a node of another log, or without keys, is told so', refused);
}

async function wholeCluster(t: Test): Promise<void> {
  const cluster = await started(t);
  const load = new Load(cluster);
  await load.runsFor(2_000);

  let leader = await cluster.leader();
  const listed = await regulars(['node', 'ls', '--url', cluster.nodes[(leader + 1) % 3]!.url]);
  t.equal(listed.code, 0, listed.err);
  t.match(listed.out, new RegExp(`node-${leader} +leads`));
  const killed = await load.gapWhile(async () => {
    cluster.nodes[leader]!.process.kill('SIGKILL');
    await cluster.otherLeads(leader);
  });
  await cluster.start(leader);

  leader = await cluster.leader();
  const told = await load.gapWhile(async () => {
    t.equal(await cluster.nodes[leader]!.stop(), 0, 'a leader that is told to leave ends well');
    await cluster.otherLeads(leader);
  });
  await cluster.start(leader);

  leader = await cluster.leader();
  const frozen = cluster.nodes[leader]!;
  const stopped = await load.gapWhile(async () => {
    frozen.process.kill('SIGSTOP');
    await cluster.otherLeads(leader);
  });
  await load.runsFor(1_000);
  frozen.process.kill('SIGCONT');
  t.equal(await frozen.ended, 1, 'a leader that was overtaken while it slept ends');
  t.match(frozen.said(), /leads in epoch|another node leads/);
  await cluster.start(leader);

  const servers = await load.gapWhile(async () => {
    cluster.nats.signal(0, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await cluster.nats.restart(0);
  });
  await load.runsFor(1_000);
  const follower = (await cluster.leader()) === 0 ? 1 : 0;
  const followers = await load.gapWhile(async () => {
    cluster.nodes[follower]!.process.kill('SIGKILL');
    await load.runsFor(500);
  });
  await cluster.start(follower);
  await load.stop();
  t.comment(
    `longest without an answer, ms: leader killed ${killed}, told to leave ${told}, frozen ${stopped}, a server killed ${servers}, a follower killed ${followers}; ${load.acknowledged.size} events acknowledged`,
  );

  await remembers(t, cluster, load);

  // Nodes agree, and each data folder proves itself.
  await cluster.settled();
  for (const node of cluster.nodes) await node!.stop();
  for (let i = 0; i < NODES; i++) {
    const verified = await regulars(['verify', '--data', cluster.folder(i)], { REGULARS_NODE_KEY: cluster.nodeKey });
    t.equal(verified.code, 0, `node ${i}: ${verified.out}${verified.err}`);
  }
}

/** Every acknowledged event is known, once, with the outcomes of its first reply; and nothing else came of them. */
async function remembers(t: Test, cluster: Running, load: Load): Promise<void> {
  let wrong = 0;
  for (const [id, { body, reply }] of load.acknowledged) {
    const again = (await cluster.post(body)) as { status: string; position: string; outcomes: unknown };
    const isSame =
      again.position === reply.position && JSON.stringify(again.outcomes) === JSON.stringify(reply.outcomes);
    if (again.status !== 'duplicate' || !isSame) wrong += t.fail(`event ${id} is answered otherwise`) ? 0 : 1;
  }
  t.equal(wrong, 0, 'every event acknowledged is answered again as it was');
  const known = new Map<string, number>();
  for (const { body } of load.tried.values()) {
    const { status } = (await cluster.post(body)) as { status: string };
    t.ok(status === 'duplicate' || status === 'applied') || t.comment(status);
    known.set(body.subject as string, (known.get(body.subject as string) ?? 0) + 1);
  }
  for (const [customer, events] of known) {
    const { totals, points } = (await cluster.get(`/v1/customers/${customer}`)) as {
      totals: { purchases: number };
      points: { stars: { active: number } };
    };
    t.equal(totals.purchases, events, `${customer} has bought as often as was sent`);
    t.equal(points.stars.active, events * 3, `${customer} has the points of it`);
  }
}

async function erased(t: Test): Promise<void> {
  const cluster = await started(t, 1);
  const event = (id: string, type: string, data: object) => ({
    ...purchase(id, 'ann', 0),
    type,
    data,
  });
  await cluster.post(event('1', 'profile.updated', { attributes: { name: 'Ann Smith' } }));
  await cluster.post(event('2', 'profile.updated', { attributes: { name: 'Ann Jones', city: 'Boston' } }));
  let leader = await cluster.leader();
  await cluster.nodes[leader]!.stop();
  await cluster.otherLeads(leader);
  const profile = async () => (await cluster.get('/v1/customers/ann')) as { attributes: object };
  t.same((await profile()).attributes, { name: 'Ann Jones', city: 'Boston' }, 'the next one to lead can read it');
  await cluster.start(leader);
  const first = await regularsErase(cluster);
  t.ok(first);
  await cluster.settled();
  leader = await cluster.leader();
  await cluster.nodes[leader]!.stop();
  await cluster.otherLeads(leader);
  t.same((await profile()).attributes, {}, 'erased is erased on the next one, too');
  const page = (await cluster.get('/v1/customers/ann/events')) as { items: { event: { data: object } }[] };
  t.notMatch(JSON.stringify(page), /Ann|Boston/);
}

async function cutOff(t: Test, way: 'both' | 'there' | 'back'): Promise<void> {
  const cluster = await started(t, 1, undefined, true);
  const load = new Load(cluster);
  await load.runsFor(1_000);
  const leader = await cluster.leader();
  const old = cluster.nodes[leader]!;
  let answeredBy = 0;
  const gap = await load.gapWhile(async () => {
    cluster.links[leader]!.cut(way);
    await cluster.otherLeads(leader);
    // It has no lease any more: what it says of a customer would be old. Where it still hears the others it asks them.
    const read = await fetch(`${old.url}/v1/customers/c1`, { headers: { authorization: `Bearer ${ROOT_KEY}` } });
    answeredBy = read.status;
  });
  t.equal(answeredBy, way === 'there' ? 200 : 503, 'whoever is cut off answers no reads itself');
  await load.runsFor(500);
  cluster.links[leader]!.heal();
  t.equal(await old.ended, 1, 'it ends when it learns that another one leads');
  await cluster.start(leader);
  await load.stop();
  t.comment(`longest without an answer ${gap} ms; ${load.acknowledged.size} events acknowledged`);
  await remembers(t, cluster, load);
}

async function regularsErase(cluster: Running): Promise<boolean> {
  const answer = (await cluster.post({ ...purchase('3', 'ann', 0), type: 'customer.erased', data: {} })) as {
    status: string;
  };
  return answer.status === 'applied';
}

async function refused(t: Test): Promise<void> {
  const cluster = await started(t, 1);
  await cluster.post(purchase('1', 'ann', 500));
  await cluster.settled();
  const place = ['--data', temporary(t), '--port', String(await lastingPort())];
  const named = ['--cluster', cluster.nats.urls.join(','), '--node-name', 'node-1'];
  const twin = await regulars(['serve', ...place, ...named], cluster.environment);
  t.equal(twin.code, 1);
  t.match(twin.err, /another node is called node-1/);
  const [node] = cluster.nodes;
  await node!.stop();
  const other = await natsServers(temporary(t), 1);
  t.teardown(() => other.stop());
  const moved = await regulars(cluster.args(0, other.urls), cluster.environment);
  t.not(moved.code, 0);
  t.match(moved.err, /the log ends at record 0, this node has \d+.*empty data folder/);
  const keyless = await regulars(cluster.args(0), {});
  t.equal(keyless.code, 2);
  t.match(keyless.err, /REGULARS_NODE_KEY/);
  const otherKey = { ...cluster.environment, REGULARS_NODE_KEY: 'cd'.repeat(32) };
  const wrongKey = await regulars(cluster.args(0), otherKey);
  t.not(wrongKey.code, 0);
  t.match(wrongKey.err, /wrong node key/);
  const badName = await regulars([...cluster.args(1), '--node-name', 'a b'], cluster.environment);
  t.equal(badName.code, 2);
  t.match(badName.err, /--node-name "a b"/);
}

/** Workers that send one purchase after the other, each until it is acknowledged. */
class Load {
  readonly acknowledged = new Map<
    string,
    { body: Record<string, unknown>; reply: { position: string; outcomes: unknown } }
  >();
  readonly tried = new Map<string, { body: Record<string, unknown> }>();
  #stopped = false;
  #answeredAt = performance.now();
  #gap = 0;
  #next = 0;
  readonly #workers: Promise<void>[];

  constructor(private readonly cluster: Running) {
    this.#workers = Array.from({ length: WORKERS }, (_, worker) => this.#work(worker));
  }

  runsFor(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /** The longest time without an acknowledgement from the beginning of `work` until one after its end, ms. */
  async gapWhile(work: () => Promise<void>): Promise<number> {
    this.#gap = 0;
    this.#answeredAt = performance.now();
    await work();
    const count = this.acknowledged.size;
    const started = performance.now();
    while (this.acknowledged.size < count + WORKERS && performance.now() - started < GIVE_UP_MS) await this.runsFor(20);
    return Math.round(this.#gap);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#workers);
  }

  async #work(worker: number): Promise<void> {
    while (!this.#stopped) {
      const n = this.#next++;
      const body = purchase(`e${n}`, `c${n % CUSTOMERS}`, 300);
      this.tried.set(`e${n}`, { body });
      const reply = await this.cluster.answered(body, worker, () => this.#stopped);
      if (reply === undefined) return;
      const now = performance.now();
      this.#gap = Math.max(this.#gap, now - this.#answeredAt);
      this.#answeredAt = now;
      this.acknowledged.set(`e${n}`, { body, reply });
    }
  }
}
