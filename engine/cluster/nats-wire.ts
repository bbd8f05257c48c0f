/**
 * The wire on NATS JetStream; the only file that knows it.
 *
 * Owns: a stream whose sequence numbers are the record numbers, appended to with the sequence expected before
 * (exact in 2.9.10, where compare-and-set per subject is not), and three buckets: claims (only ever created), beats,
 * and customers' wrapped keys. Whatever has an unknown outcome is asked again: an append finds its own record there.
 */
import {
  DeliverPolicy,
  DiscardPolicy,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { again, codeOf, NO_MESSAGE, RETRY_MS, TIMEOUT_MS, Unusable, WRONG_SEQUENCE, wait } from './nats-errors.js';
import { type Beat, type Claim, type Following, LogCut, type Wire } from './wire.js';

/** A consumer is gone with its server: where nothing is heard of it for two beats another one is made. */
const HEARTBEAT_MS = 1_000;
const PULL_MS = 5_000;

export interface NatsNames {
  /** Of streams and buckets. */
  readonly name: string;
  readonly subjectPrefix: string;
  readonly domain: string | undefined;
}

export class NatsWire implements Wire {
  readonly doubts: string[] = [];
  readonly recordBytesMax: number;
  #js!: JetStreamClient;
  #manager!: JetStreamManager;
  #claims!: KV;
  #beats!: KV;
  #keys!: KV;
  #closed = false;
  private readonly name: string;
  readonly #stream: string;
  readonly #subject: string;
  readonly #jetStream: { readonly timeout: number; readonly domain?: string };

  constructor(
    private readonly connection: NatsConnection,
    private readonly names: NatsNames,
    private readonly replicas: number,
    private readonly log: Log,
  ) {
    const { name, subjectPrefix, domain } = names;
    this.name = name;
    this.#stream = `regulars-${name}`;
    this.#subject = `${subjectPrefix}.${name}.log`;
    this.#jetStream = { timeout: TIMEOUT_MS, ...(domain === undefined ? {} : { domain }) };
    this.recordBytesMax = (connection.info?.max_payload ?? 1_048_576) - 1_024;
    if (replicas < 3) this.doubts.push(`records stand on ${replicas} server only: losing it loses them`);
    this.doubts.push(
      `server ${connection.info?.version ?? 'unknown'}: whether it syncs each write to disk cannot be asked; set sync_interval: always (2.10 and later) against power loss of most servers at once`,
    );
  }

  async open(): Promise<void> {
    this.#manager = await jetstreamManager(this.connection, { ...this.#jetStream });
    this.#js = jetstream(this.connection, { ...this.#jetStream });
    await this.#ensureStream();
    const kvm = new Kvm(this.#js);
    const bucket = (of: string) => kvm.create(`regulars-${this.name}-${of}`, { replicas: this.replicas, history: 1 });
    this.#claims = await bucket('claims');
    this.#beats = await bucket('nodes');
    this.#keys = await bucket('keys');
  }

  async last(): Promise<number> {
    return (await again(() => this.#manager.streams.info(this.#stream), this.#ended)).state.last_seq;
  }

  async read(record: number): Promise<Uint8Array | undefined> {
    return again(async () => {
      try {
        return (await this.#manager.streams.getMessage(this.#stream, { seq: record }))?.data;
      } catch (error) {
        if (codeOf(error) === NO_MESSAGE) return undefined;
        throw error;
      }
    }, this.#ended);
  }

  append(record: number, bytes: Uint8Array): Promise<'appended' | 'taken'> {
    return again(async () => {
      try {
        await this.#js.publish(this.#subject, bytes, { expect: { lastSequence: record - 1 }, timeout: TIMEOUT_MS });
        return 'appended';
      } catch (error) {
        if (codeOf(error) !== WRONG_SEQUENCE) throw error;
        const there = await this.read(record);
        if (there === undefined) throw new LogCut(`the log lacks record ${record - 1}, which this node has`);
        return Buffer.compare(there, bytes) === 0 ? 'appended' : 'taken';
      }
    }, this.#ended);
  }

  follow(from: number, take: (record: number, bytes: Uint8Array) => Promise<void>): Following {
    let stopped = false;
    let next = from;
    let stopReading: () => void = () => {};
    let taking: Promise<void> | undefined;
    const run = async (): Promise<void> => {
      while (!stopped && !this.#closed) {
        try {
          const consumer = await this.#js.consumers.get(this.#stream, {
            opt_start_seq: next,
            deliver_policy: DeliverPolicy.StartSequence,
          });
          const messages = await consumer.consume({
            max_messages: limits.clusterRecordsAheadMax,
            expires: PULL_MS,
            idle_heartbeat: HEARTBEAT_MS,
          });
          stopReading = () => void messages.close();
          if (stopped) stopReading();
          for await (const message of messages) {
            if (stopped) break;
            if (message.seq < next) continue;
            if (message.seq > next) throw new LogCut(`the log gives record ${message.seq} where ${next} is due`);
            const { data } = message;
            taking = take(next, data);
            await taking.catch((error: Error) => {
              throw new TakeFailed(error);
            });
            next++;
          }
        } catch (error) {
          if (error instanceof TakeFailed) throw error.cause;
          if (error instanceof LogCut) throw error;
          if (!stopped && !this.#closed) this.log.warn('cluster_log_interrupted', { error: (error as Error).message });
        }
        if (!stopped && !this.#closed) await wait(RETRY_MS);
      }
    };
    const ended = run();
    ended.catch(() => {});
    return {
      ended,
      stop: async () => {
        stopped = true;
        stopReading();
        await taking?.catch(() => {});
      },
    };
  }

  claim(claim: Claim): Promise<boolean> {
    const value = JSON.stringify(claim);
    return again(async () => {
      try {
        await this.#claims.create(`e${claim.epoch}`, value);
        return true;
      } catch (error) {
        if (codeOf(error) !== WRONG_SEQUENCE) throw error;
        // It may be this very claim, of which the answer was lost.
        return (await this.claimOf(claim.epoch))?.node === claim.node;
      }
    }, this.#ended);
  }

  claimOf(epoch: number): Promise<Claim | undefined> {
    return this.#newest<Claim>('claims', `e${epoch}`);
  }

  async newestClaim(): Promise<Claim | undefined> {
    let newest = 0;
    for await (const key of await this.#claims.keys()) newest = Math.max(newest, Number(key.slice(1)));
    return newest === 0 ? undefined : this.claimOf(newest);
  }

  async beat(beat: Beat): Promise<void> {
    // As a put of the bucket, but for the time-out: the next beat must not wait for one that is lost.
    const { domain } = this.names;
    const buckets = domain === undefined ? '$KV' : `$JS.${domain}.API.$KV`;
    const subject = `${buckets}.regulars-${this.name}-nodes.${beat.node}`;
    await this.#js.publish(subject, JSON.stringify(beat), { timeout: limits.clusterBeatEveryMs });
  }

  beatOf(node: string): Promise<Beat | undefined> {
    return this.#newest<Beat>('nodes', node);
  }

  async beats(heard: (beat: Beat) => void): Promise<void> {
    const run = async (): Promise<void> => {
      while (!this.#closed) {
        try {
          const watched = await this.#beats.watch();
          for await (const entry of watched) {
            if (entry.operation === 'PUT') heard(JSON.parse(entry.string()) as Beat);
          }
        } catch (error) {
          if (!this.#closed) this.log.warn('cluster_beats_interrupted', { error: (error as Error).message });
        }
        if (!this.#closed) await wait(RETRY_MS);
      }
    };
    void run();
  }

  async putKey(customerId: string, wrapped: Uint8Array): Promise<void> {
    await again(() => this.#keys.put(keyName(customerId), wrapped), this.#ended);
  }

  async key(customerId: string): Promise<Uint8Array | undefined> {
    const entry = await again(() => this.#keys.get(keyName(customerId)), this.#ended);
    return entry === null || entry.operation !== 'PUT' ? undefined : entry.value;
  }

  /** Asked of the bucket's leader: any other server may not have the newest yet. */
  #newest<T>(of: string, key: string): Promise<T | undefined> {
    const bucket = `regulars-${this.name}-${of}`;
    return again(async () => {
      try {
        const message = await this.#manager.streams.getMessage(`KV_${bucket}`, {
          last_by_subj: `$KV.${bucket}.${key}`,
        });
        return message === null ? undefined : (JSON.parse(Buffer.from(message.data).toString()) as T);
      } catch (error) {
        if (codeOf(error) === NO_MESSAGE) return undefined;
        throw error;
      }
    }, this.#ended);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.connection.close();
  }

  readonly #ended = (): boolean => this.#closed || this.connection.isClosed();

  async #ensureStream(): Promise<void> {
    const settings = {
      name: this.#stream,
      subjects: [this.#subject],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      num_replicas: this.replicas,
    };
    try {
      await this.#manager.streams.add(settings);
    } catch (error) {
      // Made by another node in the meantime, or before, perhaps with other settings: what is there counts.
      const info = await this.#manager.streams.info(this.#stream).catch(() => undefined);
      if (info === undefined) throw error;
    }
    const { config } = await this.#manager.streams.info(this.#stream);
    if (config.subjects?.[0] !== this.#subject)
      throw new Unusable(
        `the log takes the subject ${config.subjects?.join(', ')}, not ${this.#subject}: --cluster-subject-prefix must be the one that the log was made with`,
      );
    if (config.num_replicas !== this.replicas)
      this.doubts.push(`the log has ${config.num_replicas} replicas, ${this.replicas} were asked for`);
  }
}

class TakeFailed extends Error {
  constructor(override readonly cause: Error) {
    super(cause.message);
  }
}

/** Customers have ids that a subject may not have. */
function keyName(customerId: string): string {
  return Buffer.from(customerId).toString('base64url');
}
