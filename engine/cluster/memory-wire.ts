/**
 * The wire without servers, for simulation: one `MemoryServers` for all nodes, one wire for each. Time and luck are the
 * caller's; it passes the same contract test as the one on JetStream. Used by tests only.
 */
import { type Beat, type Claim, type Following, LogCut, type Wire } from './wire.js';

/** What happens between a node and the servers. */
export interface Weather {
  /** Resolves when what was sent arrives; rejects where it is lost. Also of the way back. */
  travel(node: string): Promise<void>;
  /** Before a question whose outcome is unknown is asked again. */
  pause(node: string): Promise<void>;
}

export class Lost extends Error {}

/** Most of the servers together: what they have taken stays. */
export class MemoryServers {
  readonly log: Uint8Array[] = [];
  readonly claims = new Map<number, Claim>();
  readonly beats = new Map<string, Beat>();
  readonly keys = new Map<string, Uint8Array>();
  readonly listeners = new Set<(beat: Beat) => void>();

  append(record: number, bytes: Uint8Array): 'appended' | 'taken' {
    if (record > this.log.length + 1) throw new LogCut(`the log lacks record ${record - 1}, which this node has`);
    const there = this.log[record - 1];
    if (there !== undefined) return Buffer.compare(there, bytes) === 0 ? 'appended' : 'taken';
    this.log.push(bytes);
    return 'appended';
  }
}

export class MemoryWire implements Wire {
  readonly recordBytesMax = 8_388_608;
  readonly doubts: string[] = [];
  #closed = false;
  #unlisten: () => void = () => {};

  constructor(
    private readonly servers: MemoryServers,
    private readonly node: string,
    private readonly weather: Weather,
  ) {}

  last(): Promise<number> {
    return this.#again(() => this.servers.log.length);
  }

  read(record: number): Promise<Uint8Array | undefined> {
    return this.#again(() => this.servers.log[record - 1]);
  }

  append(record: number, bytes: Uint8Array): Promise<'appended' | 'taken'> {
    return this.#again(() => this.servers.append(record, bytes));
  }

  follow(from: number, take: (record: number, bytes: Uint8Array) => Promise<void>): Following {
    let stopped = false;
    let taking: Promise<void> | undefined;
    const run = async (): Promise<void> => {
      for (let next = from; !stopped && !this.#closed; ) {
        const bytes = await this.#again(() => this.servers.log[next - 1]).catch(() => undefined);
        if (stopped || this.#closed) return;
        if (bytes === undefined) await this.weather.pause(this.node);
        else {
          taking = take(next, bytes);
          await taking;
          next++;
        }
      }
    };
    const ended = run();
    ended.catch(() => {});
    return {
      ended,
      stop: async () => {
        stopped = true;
        await taking?.catch(() => {});
      },
    };
  }

  claim(claim: Claim): Promise<boolean> {
    return this.#again(() => {
      const there = this.servers.claims.get(claim.epoch);
      if (there !== undefined) return there.node === claim.node;
      this.servers.claims.set(claim.epoch, claim);
      return true;
    });
  }

  claimOf(epoch: number): Promise<Claim | undefined> {
    return this.#again(() => this.servers.claims.get(epoch));
  }

  newestClaim(): Promise<Claim | undefined> {
    return this.#again(() => this.servers.claims.get(Math.max(0, ...this.servers.claims.keys())));
  }

  async beat(beat: Beat): Promise<void> {
    await this.weather.travel(this.node);
    this.servers.beats.set(beat.node, beat);
    for (const listener of this.servers.listeners) listener(beat);
    await this.weather.travel(this.node);
  }

  beatOf(node: string): Promise<Beat | undefined> {
    return this.#again(() => this.servers.beats.get(node));
  }

  async beats(heard: (beat: Beat) => void): Promise<void> {
    const hear = (beat: Beat): void => {
      // What is lost on the way is said again: the next beat comes soon.
      this.weather.travel(this.node).then(
        () => this.#closed || heard(beat),
        () => {},
      );
    };
    this.servers.listeners.add(hear);
    this.#unlisten = () => this.servers.listeners.delete(hear);
    for (const beat of this.servers.beats.values()) hear(beat);
  }

  async putKey(customerId: string, wrapped: Uint8Array): Promise<void> {
    await this.#again(() => this.servers.keys.set(customerId, wrapped));
  }

  key(customerId: string): Promise<Uint8Array | undefined> {
    return this.#again(() => this.servers.keys.get(customerId));
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#unlisten();
  }

  async #again<T>(ask: () => T): Promise<T> {
    for (;;) {
      if (this.#closed) throw new Lost('closed');
      try {
        await this.weather.travel(this.node);
        const answer = ask();
        await this.weather.travel(this.node);
        return answer;
      } catch (error) {
        if (!(error instanceof Lost) || this.#closed) throw error;
        await this.weather.pause(this.node);
      }
    }
  }
}
