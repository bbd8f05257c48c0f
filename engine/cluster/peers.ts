/**
 * The other nodes, as far as they were heard. Owns: who is believed to live and to lead, and where this node stands in
 * line. Times are of the monotonic clock, ms.
 */
import { limits } from '../../actors/limits.js';
import type { Beat } from './wire.js';

export interface Peer extends Beat {
  /** Since it was last heard, ms. */
  readonly silentMs: number;
}

/** Records; less is no difference: beats are a second old. */
const BEHIND = 1_000;
/** Who is next in line waits so much longer than the one before, ms. */
const RANK_MS = 400;

export class Peers {
  readonly #heard = new Map<string, { readonly beat: Beat; readonly at: number }>();
  /** When somebody was last known to lead. */
  #ledAt: number;
  /** Whoever led has gone of its own, or said that it leads no more, then. */
  #leftAt: number | undefined;
  #newest = 0;

  constructor(
    private readonly name: string,
    now: number,
  ) {
    this.#ledAt = now;
  }

  /** `epoch`: the newest of this node; who leads in an older one does not count. */
  hear(beat: Beat, now: number, epoch: number): void {
    const before = this.#heard.get(beat.node)?.beat;
    this.#heard.set(beat.node, { beat, at: now });
    // It has lost its lease, or came back from the dead: it leads no more.
    if (beat.epoch === 0 && before !== undefined && before.epoch > 0 && before.epoch === this.#newest)
      this.#leftAt = now;
    if (beat.epoch === 0 || beat.epoch < epoch) return;
    this.#newest = Math.max(this.#newest, beat.epoch);
    if (beat.leaving) this.#leftAt = now;
    else this.led(now);
  }

  /** Somebody leads, or is about to. */
  led(now: number): void {
    this.#ledAt = now;
    this.#leftAt = undefined;
  }

  /** The newest beat of a node that was heard, and when. */
  lastOf(node: string): { readonly beat: Beat; readonly at: number } | undefined {
    return this.#heard.get(node);
  }

  /** Newest epoch that anybody was heard to lead in. */
  get newestEpoch(): number {
    return this.#newest;
  }

  /** Who leads in an epoch not older than this, if it was heard lately. */
  leader(now: number, epoch: number): Beat | undefined {
    let newest: { readonly beat: Beat; readonly at: number } | undefined;
    for (const peer of this.#heard.values()) if (peer.beat.epoch > (newest?.beat.epoch ?? 0)) newest = peer;
    if (newest === undefined || newest.beat.leaving || newest.beat.epoch < epoch) return undefined;
    return now - newest.at < limits.clusterSilenceMs ? newest.beat : undefined;
  }

  /** Whether nobody leads, and it is this node's turn to; `record`: the newest it has. */
  isTurn(now: number, record: number): boolean {
    const rank = this.#rank(now, record) * RANK_MS;
    return now >= (this.#leftAt ?? this.#ledAt + limits.clusterSilenceMs) + rank;
  }

  all(now: number): readonly Peer[] {
    return [...this.#heard.values()].map(({ beat, at }) => ({ ...beat, silentMs: Math.round(now - at) }));
  }

  /** Its place among the nodes that live: those far ahead first, then by name. */
  #rank(now: number, record: number): number {
    let rank = 0;
    for (const { beat, at } of this.#heard.values()) {
      if (beat.leaving || now - at >= limits.clusterSilenceMs) continue;
      const lag = beat.record - record;
      if (lag > BEHIND || (lag > -BEHIND && beat.node < this.name)) rank++;
    }
    return rank;
  }
}
