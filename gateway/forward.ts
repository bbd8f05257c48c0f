/**
 * In a cluster: a request that another node must answer is sent on to it as it came, and its answer comes back as it
 * is. Whoever asks may ask any node.
 *
 * What says how this very process is (`/livez`, `/readyz`, `/metrics`, the documentation) is answered here. A request
 * waits a moment for somebody to lead, then is refused with a time to come back. Where the node that was asked fails
 * or leads no more before it has answered, what may be repeated (events and steps of the till say who they are) is asked
 * of whoever leads then; anything else has an unknown outcome, and its connection is closed (DESIGN D12).
 */
import { limits } from '../actors/limits.js';
import type { Elsewhere } from '../engine/cluster/cluster.js';
import { type Answered, ForwardClient } from './forward-client.js';
import { ProblemError, problemReply } from './problem.js';
import type { RequestIds } from './request-id.js';
import {
  type Accepted,
  DROPPED,
  type Head,
  isUpload,
  type Reply,
  type Site,
  type Upload,
} from './server/http-server.js';

const HERE = /^\/(livez|readyz|metrics|docs|openapi|v1\/cluster)/;
/** POSTs that name what they are about: the same again changes nothing. */
const REPEATABLE = /^\/v1\/(events|pos\/|import\/close)/;
const STREAMED = /^\/v1\/outcomes/;
/** Of one hop only, or made anew. */
const NOT_SENT = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'expect',
  'upgrade',
  'date',
  'content-encoding',
  'uwebsockets',
]);
/** A request that was sent on is not sent on again: two nodes may both take the other for the one that leads. */
const FORWARDED = 'x-regulars-forwarded';
const LOOK_MS = 20;

export class Forwarding implements Site {
  readonly #client = new ForwardClient();
  #watched: NodeJS.Timeout | undefined;

  constructor(
    private readonly site: Site,
    private readonly elsewhere: Elsewhere,
    private readonly requestIds: RequestIds,
  ) {}

  admit(head: Head): Reply | Promise<Reply> | Upload {
    if (this.elsewhere.here || HERE.test(head.path) || head.method === 'OPTIONS') return this.site.admit(head);
    const kept = new KeptHead(head);
    if (head.header(FORWARDED) !== '') return this.#refused('This node does not lead any more.');
    if (STREAMED.test(head.path)) return this.#elsewhereFor(head);
    if (head.method === 'POST' || head.method === 'PUT') {
      return {
        maxBytes: limits.programBytesMax,
        receive: (body) => this.#answer(kept, body),
        refuse: (why) => problemReply(new ProblemError(why, 'The body did not come whole.'), this.requestIds.next()),
      };
    }
    return this.#answer(kept, undefined);
  }

  upgrade(head: Head): Accepted | Reply {
    if (this.elsewhere.here) return this.site.upgrade(head);
    return this.#refused('This node does not lead; connect to the one that does, see /v1/cluster.');
  }

  /** What never ends is not passed through: whoever asks goes there. */
  #elsewhereFor({ path, query }: Head): Reply {
    const { url } = this.elsewhere;
    if (url === undefined) return this.#refused('No node of the cluster leads right now.');
    return { status: 307, headers: ['Location', query === '' ? url + path : `${url}${path}?${query}`] };
  }

  async #answer(head: KeptHead, body: Uint8Array | undefined): Promise<Reply> {
    let until = performance.now() + limits.clusterHoldMs;
    while (performance.now() < until) {
      if (this.elsewhere.here) return this.#here(head, body);
      const { url } = this.elsewhere;
      if (url !== undefined) {
        const reply = await this.#ask(url, head, body);
        if (reply !== 'failed' && !isRefusal(reply)) return reply;
        if (reply === 'failed' && !head.repeatable) return DROPPED;
        // It was asked: from now on it waits for whoever comes next.
        if (reply === 'failed' && url === this.elsewhere.url) until = performance.now() + limits.clusterHoldMs;
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return this.#refused('No node of the cluster leads right now.');
  }

  /** This node has come to lead while the request waited. */
  #here(head: KeptHead, body: Uint8Array | undefined): Reply | Promise<Reply> {
    const admitted = this.site.admit(head);
    return isUpload(admitted) ? admitted.receive(body ?? new Uint8Array(0)) : admitted;
  }

  async #ask(url: string, head: KeptHead, body: Uint8Array | undefined): Promise<Reply | 'failed'> {
    const { method, target, sent } = head;
    const asked = this.#client.ask({ url, method, target, headers: sent, body });
    this.#watched ??= setInterval(() => this.#watch(), LOOK_MS);
    try {
      return replyOf(await asked);
    } catch {
      return 'failed';
    }
  }

  /** Nothing is waited for of a node that leads no more, or takes too long. */
  #watch(): void {
    const { here, url } = this.elsewhere;
    this.#client.giveUp((asked, ms) => here || (url !== undefined && url !== asked) || ms > limits.clusterAnswerMsMax);
    if (this.#client.underWay > 0) return;
    clearInterval(this.#watched);
    this.#watched = undefined;
  }

  #refused(detail: string): Reply {
    return problemReply(
      new ProblemError('shard_stopped', detail, { retryAfterSeconds: 1, headers: [REFUSAL, '1'] }),
      this.requestIds.next(),
    );
  }
}

/** Said by a node that was asked and does not lead: nothing was done. */
const REFUSAL = 'X-Regulars-Not-Leading';

function isRefusal({ status, headers = [] }: Reply): boolean {
  return status === 503 && headers.some((name) => name.toLowerCase() === REFUSAL.toLowerCase());
}

/** What is kept of a request's head, which dies when `admit` returns. */
class KeptHead implements Head {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly repeatable: boolean;
  readonly #headers = new Map<string, string>();

  constructor(head: Head) {
    this.method = head.method;
    this.path = head.path;
    this.query = head.query;
    head.eachHeader((name, value) => this.#headers.set(name.toLowerCase(), value));
    this.repeatable = this.method !== 'POST' || REPEATABLE.test(this.path) || this.#headers.has('idempotency-key');
  }

  get target(): string {
    return this.query === '' ? this.path : `${this.path}?${this.query}`;
  }

  /** Name, value, name, value, … */
  get sent(): string[] {
    const sent = [FORWARDED, '1'];
    for (const [name, value] of this.#headers) if (!NOT_SENT.has(name)) sent.push(name, value);
    return sent;
  }

  header(name: string): string {
    return this.#headers.get(name) ?? '';
  }

  eachHeader(visit: (name: string, value: string) => void): void {
    for (const [name, value] of this.#headers) visit(name, value);
  }
}

function replyOf({ status, headers: came, body }: Answered): Reply {
  const headers: string[] = [];
  let contentType = '';
  for (let i = 0; i < came.length; i += 2) {
    const name = came[i]!;
    const lower = name.toLowerCase();
    if (lower === 'content-type') contentType = came[i + 1]!;
    else if (!NOT_SENT.has(lower)) headers.push(name, came[i + 1]!);
  }
  return { status, contentType, headers, body };
}
