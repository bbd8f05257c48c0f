/**
 * One node of a cluster: follows the log, and leads when nobody else does.
 *
 * Owns: whom it believes to lead, when it claims, and its lease. The log decides: a claim gives an epoch, but a node
 * leads only from its own announcement in the log on, and whoever led before is refused by the log from there
 * (`Wire.append`). The lease only keeps a leader that has been cut off from answering reads; it is asked of the monotonic
 * clock, and shorter than the silence after which others claim.
 */
import { limits } from '../../actors/limits.js';
import type { Follower } from '../follower.js';
import type { Log } from '../log.js';
import { Life, type Phase } from './life.js';
import { type Beat, type Following, LogCut, type Wire } from './wire.js';

/** The node as its membership sees it. */
export interface Led {
  /** The newest record applied. */
  readonly record: number;
  readonly follower: Pick<Follower, 'take' | 'settled' | 'hasNewest' | 'announcement'> | undefined;
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

const OTHER_LOG =
  'it was made anew or restored. Start this node with an empty data folder, or the servers with the log it belongs to';
const LOOK_MS = 100;
/** Records; less is no difference: beats are a second old. */
const BEHIND = 1_000;
/** Who is next in line waits so much longer than the one before, ms. */
const RANK_MS = 400;

export class Member {
  readonly #options: MemberOptions;
  readonly #life: Life;
  readonly #peers = new Map<string, { readonly beat: Beat; readonly at: number }>();
  #following: Following | undefined;
  /** When somebody was last known to lead; monotonic, ms. */
  #ledAt = performance.now();
  /** Whoever led has gone of its own, so then: monotonic, ms. */
  #handedOver = false;
  #handedOverAt = 0;
  #epoch = 0;
  #leaseUntil = 0;
  #leaving = false;
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

  /** Whether requests are answered here. */
  get leads(): boolean {
    return this.phase === 'leading' && !this.#leaving && this.#holdsLease;
  }

  /** Whether what it found out while it led may still be said. */
  get mayAnswer(): boolean {
    return this.phase === 'leading' && this.#holdsLease;
  }

  get #holdsLease(): boolean {
    return performance.now() < this.#leaseUntil;
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
    this.#leaving = true;
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
      throw new LogCut(`the log ends at record ${end}, this node has ${node.record}: ${OTHER_LOG}`);
    if (node.record === 0) return;
    const there = await wire.read(node.record);
    if (there === undefined || !node.follower!.hasNewest(there))
      throw new LogCut(`record ${node.record} of the log is another one than this node has: ${OTHER_LOG}`);
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
    if (beat.leaving) {
      this.#handedOver = true;
      this.#handedOverAt = at;
      void this.#look();
    } else {
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
    const rank = this.#rank() * RANK_MS;
    const due = this.#handedOver ? this.#handedOverAt + rank : this.#ledAt + limits.clusterSilenceMs + rank;
    if (performance.now() < due) return;
    this.#life.tell('SILENCE');
    try {
      await this.#claim();
    } catch (error) {
      this.#options.log.warn('cluster_claim_failed', { error: (error as Error).message });
      this.#life.tell('LOST');
      this.#life.tell('OVERTAKEN');
    }
  }

  /** Its place among the nodes that live: those far ahead first, then by name. */
  #rank(): number {
    const { node, name } = this.#options;
    const now = performance.now();
    let rank = 0;
    for (const { beat, at } of this.#peers.values()) {
      if (beat.leaving || now - at >= limits.clusterSilenceMs) continue;
      const lag = beat.record - node.record;
      if (lag > BEHIND || (lag > -BEHIND && beat.node < name)) rank++;
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
    const won = performance.now();
    while (this.phase === 'announcing') {
      const end = await wire.last();
      while (node.record < end && this.phase === 'announcing') await wait(5);
      const caughtUp = performance.now();
      await this.#following?.stop();
      await node.follower!.settled();
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
      await node.follower!.settled();
      this.#leaseUntil = leaseFrom + limits.clusterLeaseMs;
      node.lead();
      this.#life.tell('ANNOUNCED');
      const milliseconds = Math.round(performance.now() - won);
      log.info('cluster_leads', {
        node: name,
        epoch,
        record: node.record,
        milliseconds,
        caughtUp: Math.round(caughtUp - won),
      });
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
