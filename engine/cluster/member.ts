/**
 * One node of a cluster: follows the log, and leads when nobody else does.
 *
 * Owns: whom it believes to lead, when it claims, and its lease. The log decides: a claim gives an epoch, but a node
 * leads only from its own announcement in the log on, and whoever led before is refused by the log from there
 * (`Wire.append`). The lease only keeps a leader that has been cut off from answering reads; it is asked of the monotonic
 * clock, and shorter than the silence after which others claim.
 */
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { Life, type Phase } from './life.js';
import { type Beat, type Following, LogCut, type Wire } from './wire.js';

/** The node as its membership sees it. */
export interface Led {
  /** The newest record applied. */
  readonly record: number;
  readonly follower:
    | { take(bytes: Uint8Array): Promise<void>; announcement(epoch: number, node: string, now: number): Buffer }
    | undefined;
  lead(): void;
}

export interface MemberOptions {
  readonly wire: Wire;
  readonly node: Led;
  /** This node's name, its own and lasting. */
  readonly name: string;
  /** Where the other nodes reach its API. */
  readonly url: string;
  readonly log: Log;
  /** Wall time, ms. */
  readonly now: () => number;
  /** It cannot go on: the process should end, and come back following. */
  readonly onEnd: (error: Error) => void;
}

export interface Peer {
  readonly node: string;
  readonly url: string;
  readonly epoch: number;
  readonly record: number;
  readonly leaving: boolean;
  /** Since it was last heard, ms. */
  readonly silentMs: number;
}

const LOOK_MS = 100;
/** Who is next in line waits so much longer than the one before, ms. */
const RANK_MS = 400;

export class Member {
  readonly #options: MemberOptions;
  readonly #life: Life;
  readonly #peers = new Map<string, { readonly beat: Beat; readonly at: number }>();
  #following: Following | undefined;
  /** When somebody was last known to lead; monotonic, ms. */
  #ledAt = performance.now();
  #handedOver = false;
  #epoch = 0;
  #leaseUntil = 0;
  #beating = false;
  #timers: NodeJS.Timeout[] = [];
  #claims = new Map<number, number>();

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#life = new Life((phase) => {
      if (phase !== 'following' || this.#epoch > 0)
        this.#options.log.info('cluster_phase', { phase, epoch: this.#epoch });
    });
  }

  get phase(): Phase {
    return this.#life.phase;
  }

  /** The epoch this node leads or led in; 0 where it never did. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Whether it may answer now. */
  get leads(): boolean {
    return this.phase === 'leading' && performance.now() < this.#leaseUntil;
  }

  /** Where the node that leads is reached; undefined where nobody is known to, or this one does. */
  get leaderUrl(): string | undefined {
    return this.#leader()?.beat.url;
  }

  get peers(): readonly Peer[] {
    const now = performance.now();
    return [...this.#peers.values()].map(({ beat, at }) => ({ ...beat, silentMs: Math.round(now - at) }));
  }

  /** Rejects where the log is not the one that this node has followed. */
  async start(): Promise<void> {
    const { wire, node, log } = this.#options;
    await this.#refuseOtherLog();
    await wire.beats((beat) => this.#heard(beat));
    for (const doubt of wire.doubts) log.warn('cluster_doubt', { detail: doubt });
    this.#follow();
    await this.#beat();
    this.#every(limits.clusterBeatEveryMs, () => this.#beat());
    this.#every(LOOK_MS, () => this.#look());
    log.info('cluster_joined', { node: this.#options.name, record: node.record });
  }

  /**
   * Leads no more; others need not wait. `drained` must resolve once nothing of this node is under way any more: only
   * then it is told.
   */
  async leave(drained: () => Promise<void>): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const led = this.phase === 'leading';
    await this.#following?.stop();
    await drained();
    this.#life.tell('STOP');
    await this.#tell(led ? this.#epoch : 0, true).catch(() => {});
  }

  async #refuseOtherLog(): Promise<void> {
    const { wire, node } = this.#options;
    const end = await wire.last();
    if (node.record > end)
      throw new LogCut(
        `the log ends at record ${end}, this node has ${node.record}: it was made anew or restored. Start this node with an empty data folder, or the servers with the log it belongs to`,
      );
  }

  #follow(): void {
    const { wire, node } = this.#options;
    const following = wire.follow(node.record + 1, (_, bytes) => node.follower!.take(bytes));
    this.#following = following;
    following.ended.catch((error: Error) => this.#end(error));
  }

  #heard(beat: Beat): void {
    if (beat.node === this.#options.name) return;
    const at = performance.now();
    this.#peers.set(beat.node, { beat, at });
    if (beat.epoch === 0 || beat.epoch < this.#epoch) return;
    if (beat.leaving) this.#handedOver = true;
    else {
      this.#handedOver = false;
      this.#ledAt = at;
    }
  }

  #leader(): { readonly beat: Beat } | undefined {
    let newest: { readonly beat: Beat; readonly at: number } | undefined;
    for (const peer of this.#peers.values()) {
      if (peer.beat.epoch > (newest?.beat.epoch ?? 0)) newest = peer;
    }
    if (newest === undefined || newest.beat.leaving || newest.beat.epoch < this.#epoch) return undefined;
    return performance.now() - newest.at < limits.clusterSilenceMs ? newest : undefined;
  }

  /** Whether nobody leads, and it is this node's turn to. */
  async #look(): Promise<void> {
    if (this.phase !== 'following') return;
    const silent = performance.now() - this.#ledAt;
    const wait = (this.#handedOver ? 0 : limits.clusterSilenceMs) + this.#rank() * RANK_MS;
    if (silent < wait && !(this.#handedOver && this.#rank() === 0)) return;
    this.#life.tell('SILENCE');
    try {
      await this.#claim();
    } catch (error) {
      this.#options.log.warn('cluster_claim_failed', { error: (error as Error).message });
      this.#life.tell('LOST');
      this.#life.tell('OVERTAKEN');
    }
  }

  /** Its place among the nodes that live, by name. */
  #rank(): number {
    const now = performance.now();
    let rank = 0;
    for (const { beat, at } of this.#peers.values()) {
      if (!beat.leaving && now - at < limits.clusterSilenceMs && beat.node < this.#options.name) rank++;
    }
    return rank;
  }

  async #claim(): Promise<void> {
    const { wire, name } = this.#options;
    const newest = (await wire.newestClaim()) ?? { epoch: 0, node: '' };
    const now = performance.now();
    const seenAt = this.#claims.get(newest.epoch) ?? now;
    this.#claims = new Map([[newest.epoch, seenAt]]);
    // Somebody has claimed just now and is about to announce itself.
    const isFresh =
      newest.epoch > this.#newestHeard() && newest.node !== name && now - seenAt < limits.clusterSilenceMs;
    const epoch = newest.epoch + 1;
    if (isFresh || !(await wire.claim({ epoch, node: name }))) {
      // Whoever claimed has its time to announce itself.
      this.#ledAt = now;
      this.#handedOver = false;
      this.#life.tell('LOST');
      return;
    }
    this.#epoch = epoch;
    this.#life.tell('WON');
    await this.#announce(epoch);
  }

  #newestHeard(): number {
    let newest = 0;
    for (const { beat } of this.#peers.values()) newest = Math.max(newest, beat.epoch);
    return newest;
  }

  /** Takes what is left of the log, then says in it that this node leads: from there on nobody else's record fits. */
  async #announce(epoch: number): Promise<void> {
    const { wire, node, name, now, log } = this.#options;
    while (this.phase === 'announcing') {
      const end = await wire.last();
      while (node.record < end && this.phase === 'announcing') await wait(5);
      await this.#following?.stop();
      if (this.phase !== 'announcing') return;
      if ((await wire.claimOf(epoch + 1)) !== undefined) {
        this.#life.tell('OVERTAKEN');
        this.#follow();
        return;
      }
      const leaseFrom = performance.now();
      const bytes = node.follower!.announcement(epoch, name, now());
      if ((await wire.append(node.record + 1, bytes)) === 'taken') {
        this.#follow();
        continue;
      }
      await node.follower!.take(bytes);
      this.#leaseUntil = leaseFrom + limits.clusterLeaseMs;
      node.lead();
      this.#life.tell('ANNOUNCED');
      log.info('cluster_leads', { node: name, epoch, record: node.record });
      await this.#beat();
    }
  }

  /** Tells that it lives. A leader renews its lease by it, unless a newer claim stands. */
  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      const from = performance.now();
      const leading = this.phase === 'leading';
      await this.#tell(leading ? this.#epoch : 0, false);
      if (!leading) return;
      const newer = await this.#options.wire.claimOf(this.#epoch + 1);
      if (newer === undefined) this.#leaseUntil = from + limits.clusterLeaseMs;
      else {
        this.#life.tell('OVERTAKEN');
        this.#end(new Error(`node ${newer.node} leads in epoch ${newer.epoch}`));
      }
    } catch (error) {
      this.#options.log.warn('cluster_beat_failed', { error: (error as Error).message });
    } finally {
      this.#beating = false;
    }
  }

  #tell(epoch: number, leaving: boolean): Promise<void> {
    const { wire, name, url, node } = this.#options;
    return wire.beat({ node: name, url, epoch, record: node.record, leaving });
  }

  #every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => void work(), ms);
    timer.unref();
    this.#timers.push(timer);
  }

  #end(error: Error): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#options.onEnd(error);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
