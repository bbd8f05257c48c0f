/**
 * A whole cluster in one thread and in virtual time, from a seed: nodes that lead, follow, freeze, are cut off from the
 * servers and die, while messages are late, lost on the way there or on the way back. What must hold is looked at all
 * the while and at the end. Used by tests only.
 */
import { silent } from '../log.js';
import type { MonotonicClock } from './clock.js';
import { type Led, Member } from './member.js';
import { Lost, MemoryServers, MemoryWire, type Weather } from './memory-wire.js';

const NODES = ['a', 'b', 'c'];
/** Virtual, ms. */
const FAULTS_MS = 60_000;
const CALM_MS = 30_000;
const WORK_EVERY_MS = 40;
const FAULT_EVERY_MS = 2_500;

export interface Simulated {
  /** What did not hold; empty where all did. */
  readonly broken: readonly string[];
  readonly acknowledged: number;
  readonly epochs: number;
  readonly faults: number;
}

/** xorshift32: the same numbers from the same seed. */
function randomOf(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4_294_967_296;
  };
}

class VirtualTime {
  now = 0;
  #next = 0;
  #due: { readonly at: number; readonly order: number; readonly work: () => void }[] = [];

  at(at: number, work: () => void): void {
    const item = { at: Math.max(at, this.now), order: this.#next++, work };
    let place = this.#due.length;
    while (place > 0 && this.#due[place - 1]!.at > item.at) place--;
    this.#due.splice(place, 0, item);
  }

  /** Does what is due, one thing after the other, each to the end of what it sets off at once. */
  async run(until: number, after: () => void): Promise<void> {
    for (let item = this.#due[0]; item !== undefined && item.at <= until; item = this.#due[0]) {
      this.#due.shift();
      this.now = item.at;
      item.work();
      await new Promise((resolve) => setImmediate(resolve));
      after();
    }
    this.now = until;
  }
}

interface Said {
  readonly epoch: number;
  readonly node: string;
  /** Of an announcement 0. */
  readonly n: number;
}

function recordOf(said: Said): Buffer {
  return Buffer.from(JSON.stringify(said));
}

/** A process: what it holds on its disk outlives it. */
class SimulatedNode {
  readonly disk: Uint8Array[] = [];
  member: Member | undefined;
  wire: MemoryWire | undefined;
  frozenUntil = 0;
  cutUntil = 0;
  /** Which of its lives: what an earlier one has under way does not come back. */
  life = 0;
  working = false;

  constructor(
    readonly name: string,
    private readonly world: World,
  ) {}

  start(): void {
    const { world } = this;
    const life = ++this.life;
    const wire = new MemoryWire(world.servers, this.name, world.weatherOf(this, life));
    this.wire = wire;
    const { disk } = this;
    const isAlive = (): boolean => life === this.life;
    const node: Led = {
      get record() {
        return disk.length;
      },
      follower: {
        take: async (bytes) => {
          if (isAlive()) disk.push(bytes);
        },
        settled: async () => {},
        hasNewest: (bytes) => Buffer.compare(bytes, disk.at(-1)!) === 0,
        announcement: (epoch, name) => recordOf({ epoch, node: name, n: 0 }),
      },
      lead: () => {
        this.working = true;
      },
    };
    const member = new Member({
      wire,
      node,
      name: this.name,
      url: `http://${this.name}`,
      log: silent,
      now: () => world.time.now,
      clock: world.clockOf(this, life),
      onEnd: () => isAlive() && this.dies(1_000),
    });
    this.member = member;
    member.start().catch((error: Error) => {
      if (isAlive() && !(error instanceof Lost)) world.broken.push(`${this.name} could not start: ${error.message}`);
    });
  }

  /** Gone at once, and back after so many ms. */
  dies(ms: number): void {
    this.life++;
    this.working = false;
    void this.wire?.close();
    this.member = undefined;
    this.world.time.at(this.world.time.now + ms, () => this.start());
  }

  /** One event taken, recorded, acknowledged: as the engine does. */
  async work(n: number): Promise<void> {
    const { member, wire, life, disk } = this;
    if (!this.working || member === undefined || !member.leads || this.frozenUntil > this.world.time.now) return;
    const bytes = recordOf({ epoch: member.epoch, node: this.name, n });
    const record = disk.length + 1;
    this.working = false;
    const became = await wire!.append(record, bytes).catch(() => undefined);
    if (life !== this.life || became === undefined) return;
    if (became === 'taken') {
      this.dies(500);
      return;
    }
    disk.push(bytes);
    this.working = true;
    if (member.mayAnswer) this.world.acknowledged.set(n, { record, bytes });
  }
}

class World {
  readonly time = new VirtualTime();
  readonly servers = new MemoryServers();
  readonly broken: string[] = [];
  readonly acknowledged = new Map<number, { readonly record: number; readonly bytes: Uint8Array }>();
  readonly nodes = NODES.map((name) => new SimulatedNode(name, this));
  faults = 0;
  calm = false;

  constructor(readonly random: () => number) {}

  /** A frozen node does what is due when it thaws; a dead one never. */
  schedule(node: SimulatedNode, life: number, ms: number, work: () => void): void {
    const run = (): void => {
      if (life !== node.life) return;
      if (node.frozenUntil > this.time.now) this.time.at(node.frozenUntil + this.random(), run);
      else work();
    };
    this.time.at(this.time.now + ms, run);
  }

  clockOf(node: SimulatedNode, life: number): MonotonicClock {
    return {
      now: () => this.time.now,
      every: (ms, work) => {
        let ended = false;
        const again = (): void =>
          this.schedule(node, life, ms, () => {
            if (ended) return;
            work();
            again();
          });
        again();
        return () => {
          ended = true;
        };
      },
      wait: (ms) => new Promise((resolve) => this.schedule(node, life, ms, resolve)),
    };
  }

  weatherOf(node: SimulatedNode, life: number): Weather {
    return {
      travel: () =>
        new Promise((resolve, reject) => {
          const isLost = !this.calm && this.random() < 0.03;
          const late = !this.calm && this.random() < 0.02 ? 2_000 * this.random() : 4 * this.random();
          this.schedule(node, life, late, () => {
            if (isLost || node.cutUntil > this.time.now)
              this.schedule(node, life, 300, () => reject(new Lost('on the way')));
            else resolve();
          });
        }),
      pause: () => new Promise((resolve) => this.schedule(node, life, 50, resolve)),
    };
  }

  /** One of the things that happen to nodes. */
  fault(): void {
    this.faults++;
    const node = this.nodes[Math.floor(this.random() * this.nodes.length)]!;
    const ms = 500 + 11_000 * this.random();
    const kind = this.random();
    if (kind < 0.35) node.dies(200 + ms / 4);
    else if (kind < 0.6) node.frozenUntil = this.time.now + ms;
    else if (kind < 0.85) node.cutUntil = this.time.now + ms;
    else
      void node.member
        ?.leave(async () => {})
        .then(
          () => node.dies(200),
          () => {},
        );
  }

  /** Held at every instant. */
  look(): void {
    const leading = this.nodes.filter(
      ({ member, frozenUntil }) => member?.mayAnswer === true && frozenUntil <= this.time.now,
    );
    if (leading.length > 1)
      this.broken.push(`at ${this.time.now} ms ${leading.map(({ name }) => name).join(' and ')} answer reads`);
  }

  /** Held at the end. */
  judge(): void {
    const { log } = this.servers;
    const said = log.map((bytes) => JSON.parse(Buffer.from(bytes).toString()) as Said);
    let epoch = 0;
    const seen = new Set<number>();
    said.forEach((one, i) => {
      if (one.n === 0) {
        if (one.epoch <= epoch) this.broken.push(`record ${i + 1} announces epoch ${one.epoch} behind ${epoch}`);
        epoch = one.epoch;
      } else {
        if (one.epoch !== epoch) this.broken.push(`record ${i + 1} is of epoch ${one.epoch}, ${epoch} leads`);
        if (seen.has(one.n)) this.broken.push(`event ${one.n} stands twice`);
        seen.add(one.n);
      }
    });
    for (const [n, { record, bytes }] of this.acknowledged) {
      const there = log[record - 1];
      if (there === undefined || Buffer.compare(there, bytes) !== 0)
        this.broken.push(`event ${n} was acknowledged and is lost`);
    }
    for (const { name, disk } of this.nodes) {
      const differs = disk.findIndex((bytes, i) => log[i] === undefined || Buffer.compare(bytes, log[i]!) !== 0);
      if (differs >= 0) this.broken.push(`${name} has another record ${differs + 1} than the log`);
      if (log.length - disk.length > 100)
        this.broken.push(`${name} is ${log.length - disk.length} records behind in calm`);
    }
    if (this.nodes.filter(({ member }) => member?.leads).length !== 1) this.broken.push('not one node leads in calm');
  }
}

export async function simulate(seed: number): Promise<Simulated> {
  const world = new World(randomOf(seed));
  const { time, nodes } = world;
  for (const node of nodes) node.start();
  let n = 1;
  const work = (): void => {
    for (const node of nodes) void node.work(n++);
    time.at(time.now + WORK_EVERY_MS, work);
  };
  work();
  const faults = (): void => {
    if (time.now > FAULTS_MS) return;
    world.fault();
    time.at(time.now + 2 * FAULT_EVERY_MS * world.random(), faults);
  };
  time.at(8_000, faults);
  await time.run(FAULTS_MS, () => world.look());
  world.calm = true;
  for (const node of nodes) {
    node.frozenUntil = Math.min(node.frozenUntil, time.now);
    node.cutUntil = 0;
  }
  await time.run(FAULTS_MS + CALM_MS / 2, () => world.look());
  const before = world.acknowledged.size;
  await time.run(FAULTS_MS + CALM_MS, () => world.look());
  if (world.acknowledged.size === before) world.broken.push('nothing is acknowledged in calm');
  world.judge();
  const { broken, acknowledged, servers } = world;
  return { broken, acknowledged: acknowledged.size, epochs: servers.claims.size, faults: world.faults };
}
