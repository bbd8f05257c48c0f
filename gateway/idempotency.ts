/**
 * The same POST with the same Idempotency-Key is answered with the same bytes (API: common). The engine keeps the reply
 * in the record it answers; this keeps a repeat that comes meanwhile waiting, and tells another body from the same.
 *
 * Kept is what changed something. A request refused before anything was recorded is judged anew when it is repeated; so
 * is one that changes nothing, such as a quote, of which this remembers for a while only which request it was.
 */
import { createHash } from 'node:crypto';
import { limits } from '../actors/limits.js';
import type { Engine, KeptReply } from '../engine/contract.js';
import type { Call } from './call.js';
import { ProblemError } from './problem.js';
import type { Reply } from './server/http-server.js';

export class Idempotency {
  readonly #underWay = new Map<string, Promise<unknown>>();
  /** Fingerprints of requests answered of which nothing is kept, the oldest first. */
  readonly #notKept = new Map<string, string>();

  constructor(
    private readonly engine: Pick<Engine, 'keptReply'>,
    private readonly notKeptMax: number = limits.idempotencyKeysNotKeptMax,
  ) {}

  async answer(call: Call, body: Uint8Array): Promise<Reply> {
    const scope = call.caller?.id ?? '';
    const key = call.idempotencyKey;
    const fingerprint = fingerprintOf(call, body);
    const name = `${scope}\n${key}`;
    for (;;) {
      const other = this.#underWay.get(name);
      if (other === undefined) break;
      await other.catch(() => {});
    }
    const answer = this.#answer(call, body, { scope, key, fingerprint }, name);
    this.#underWay.set(name, answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(name);
    }
  }

  async #answer(call: Call, body: Uint8Array, keeping: NonNullable<Call['keeping']>, name: string): Promise<Reply> {
    const { scope, key, fingerprint } = keeping;
    const kept = await this.engine.keptReply(scope, key, fingerprint);
    if (kept === 'mismatch' || (this.#notKept.get(name) ?? fingerprint) !== fingerprint) {
      throw new ProblemError(
        'idempotency_mismatch',
        'This Idempotency-Key was used for a request with another method, path or body.',
      );
    }
    if (kept !== undefined) return replayed(call, kept);
    call.keeping = keeping;
    const reply = await call.route.handle(call, body);
    if (reply.status < 300 && !call.isKept) this.#remember(name, fingerprint);
    return reply;
  }

  #remember(name: string, fingerprint: string): void {
    this.#notKept.delete(name);
    this.#notKept.set(name, fingerprint);
    if (this.#notKept.size <= this.notKeptMax) return;
    for (const oldest of this.#notKept.keys()) {
      this.#notKept.delete(oldest);
      return;
    }
  }
}

/** The kept bytes again; `Retry-After` and the like are not part of what is kept. */
function replayed(call: Call, kept: KeptReply): Reply {
  return call.raw(kept.status, kept.contentType, kept.body, ['Idempotent-Replayed', 'true']);
}

function fingerprintOf(call: Call, body: Uint8Array): string {
  return createHash('sha256')
    .update(`${call.method} ${call.path}?${call.queryText}\n${call.contentType}\n`)
    .update(body)
    .digest('hex');
}
