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
import { type MonotonicClock, monotonicClock } from './clock.js';
import { Life, type Phase } from './life.js';
import { type Peer, Peers } from './peers.js';
import { refuseOtherLog } from './same-log.js';
import type { Beat, Claim, Following, Wire } from './wire.js';

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
  readonly clock?: MonotonicClock;
  /** It cannot go on: the process should end, and come back following. */
  readonly onEnd: (error: Error) => void;
}

const LOOK_MS = 100;
export class Member {
  readonly #options: MemberOptions;
  readonly #clock: MonotonicClock;
  readonly #life: Life;
  readonly #peers: Peers;
  /** Wall time, ms: tells this life of the node from another. */
  readonly #started: number;
  #following: Following | undefined;
  #epoch = 0;
  #leaseUntil = 0;
  /** Whoever led before may answer until then. */
  #answersFrom = 0;
  #leaving = false;
  #beats = 0;
  #namesake: string | undefined;
  #beating = false;
  #timers: (() => void)[] = [];
  #claims = new Map<number, number>();

  constructor(options: MemberOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#started = options.now();
    this.#peers = new Peers(options.name, this.#clock.now());
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
    const now = this.#clock.now();
    return now >= this.#answersFrom && now < this.#leaseUntil;
  }

  /** Where the node that leads is reached; undefined where nobody is known to, or this one does. */
  get leaderUrl(): string | undefined {
    return this.#peers.leader(this.#clock.now(), this.#epoch)?.url;
  }

  get peers(): readonly Peer[] {
    return this.#peers.all(this.#clock.now());
  }

  /** Rejects where the log is not the one that this node has followed. */
  async start(): Promise<void> {
    const { wire, node, log } = this.#options;
    await refuseOtherLog(wire, node);
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
    for (const end of this.#timers) end();
    this.#leaving = true;
    const led = this.phase === 'leading';
    await this.#following?.stop();
    await drained();
    this.#life.tell('STOP');
    await this.#tell(led ? this.#epoch : 0, true).catch(() => {});
  }

  #follow(): void {
    const { wire, node } = this.#options;
    const following = wire.follow(node.record + 1, (_, bytes) => node.follower!.take(bytes));
    this.#following = following;
    following.ended.catch((error: Error) => this.#end(error));
  }

  #heard(beat: Beat): void {
    if (beat.node === this.#options.name) {
      this.#heardNamesake(beat);
      return;
    }
    this.#peers.hear(beat, this.#clock.now(), this.#epoch);
    if (beat.leaving) void this.#look();
  }

  /** Of two nodes with one name the later one ends: both would think that a claim is theirs. */
  #heardNamesake({ id, node }: Beat): void {
    if (Number(id.split('-')[0]) >= this.#started) return;
    // One beat may be of this node's life before.
    this.#namesake ??= id;
    if (this.#namesake !== id)
      this.#end(new Error(`another node is called ${node}: give each a --node-name of its own`));
  }

  /** Whether nobody leads, and it is this node's turn to. */
  async #look(): Promise<void> {
    if (this.phase !== 'following' || this.#leaving) return;
    if (!this.#peers.isTurn(this.#clock.now(), this.#options.node.record)) return;
    this.#life.tell('SILENCE');
    try {
      await this.#claim();
    } catch (error) {
      this.#options.log.warn('cluster_claim_failed', { error: (error as Error).message });
      // Half way to leading it follows no more: it comes back following.
      if (this.#life.phase === 'announcing') this.#end(error as Error);
      else this.#life.tell('LOST');
    }
  }

  async #claim(): Promise<void> {
    const { wire, node, name } = this.#options;
    const newest = (await wire.newestClaim()) ?? { epoch: 0, node: '' };
    const now = this.#clock.now();
    const seenAt = this.#claims.get(newest.epoch) ?? now;
    this.#claims = new Map([[newest.epoch, seenAt]]);
    // Somebody has claimed just now and is about to announce itself.
    const isFresh =
      newest.epoch > this.#peers.newestEpoch && newest.node !== name && now - seenAt < limits.clusterSilenceMs;
    // Asked last: somebody may have been heard meanwhile.
    if (isFresh || (await this.#stillBeats(newest)) || !this.#peers.isTurn(this.#clock.now(), node.record))
      return this.#yield();
    const epoch = newest.epoch + 1;
    // Whoever claimed has its time to announce itself.
    if (!(await wire.claim({ epoch, node: name }))) return this.#yield();
    this.#answersFrom = await this.#leaseEnds(newest);
    this.#epoch = epoch;
    this.#life.tell('WON');
    await this.#announce(epoch);
  }

  #yield(): void {
    this.#peers.led(this.#clock.now());
    this.#life.tell('LOST');
  }

  /** Whether the servers have a beat of the node that leads which did not come here: it was this node that was away. */
  async #stillBeats({ epoch, node }: Claim): Promise<boolean> {
    const beat = epoch === 0 || node === this.#options.name ? undefined : await this.#options.wire.beatOf(node);
    if (beat === undefined || beat.leaving || beat.id === this.#peers.lastOf(node)?.beat.id) return false;
    this.#heard(beat);
    return beat.epoch === epoch;
  }

  /**
   * Until when whoever led before may still answer reads: monotonic, ms. It renews its lease after a beat and only while
   * nobody has claimed; so where its newest beat, asked for after the claim, is one that was heard, its lease is from before
   * that. Where it is not, a whole lease from now.
   */
  async #leaseEnds({ epoch, node }: Claim): Promise<number> {
    // A life of this node that is over answers nothing.
    if (epoch === 0 || node === this.#options.name) return 0;
    const beat = await this.#options.wire.beatOf(node);
    const last = this.#peers.lastOf(node);
    const isKnown = beat !== undefined && beat.id === last?.beat.id;
    if (isKnown && beat.leaving) return 0;
    return (isKnown ? last!.at : this.#clock.now()) + limits.clusterLeaseMs;
  }

  /** Takes what is left of the log, then says in it that this node leads: from there on nobody else's record fits. */
  async #announce(epoch: number): Promise<void> {
    const { wire, node, name, now, log } = this.#options;
    const won = this.#clock.now();
    while (this.phase === 'announcing') {
      const end = await wire.last();
      while (node.record < end && this.phase === 'announcing') await this.#clock.wait(5);
      const caughtUp = this.#clock.now();
      await this.#following?.stop();
      await node.follower!.settled();
      if (this.phase !== 'announcing') return;
      if ((await wire.claimOf(epoch + 1)) !== undefined) {
        this.#life.tell('OVERTAKEN');
        this.#follow();
        return;
      }
      const leaseFrom = this.#clock.now();
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
      const milliseconds = Math.round(this.#clock.now() - won);
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
      const from = this.#clock.now();
      const leading = this.phase === 'leading';
      // Cut off one way it is heard and learns nothing: then it must not keep others from leading.
      await this.#tell(leading && from < this.#leaseUntil ? this.#epoch : 0, false);
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
    const id = `${this.#started}-${this.#beats++}`;
    return wire.beat({ node: name, id, url, epoch, record: node.record, leaving });
  }

  #every(ms: number, work: () => Promise<void>): void {
    this.#timers.push(this.#clock.every(ms, () => void work()));
  }

  #end(error: Error): void {
    for (const end of this.#timers) end();
    this.#options.onEnd(error);
  }
}
