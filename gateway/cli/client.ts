/** Talks to a node over HTTP for the commands that need one, and tries again while it does not answer. */
import { type Parsed, UsageError } from './options.js';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** The answer was no: 4xx, or the node did not answer in time. */
export class RequestFailed extends Error {}

export class Client {
  private readonly base: string;
  private readonly key: string;
  private readonly patienceMs: number;

  constructor(options: Parsed) {
    this.base = options.text('url')!.replace(/\/$/, '');
    const key = options.text('key') ?? options.text('root-key');
    if (key === undefined)
      throw new UsageError('no key: set REGULARS_KEY (a property with the scopes needed) or REGULARS_ROOT_KEY');
    this.key = key;
    this.patienceMs = options.number('retry-seconds')! * 1_000;
  }

  /**
   * POSTs until there is an answer: lost connections, 429 and 503 are tried again, honouring Retry-After. A repeat is
   * safe: events are remembered by id. Throws RequestFailed.
   */
  async post(path: string, contentType: string, body: string | Uint8Array): Promise<Answer> {
    const until = Date.now() + this.patienceMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.once(path, contentType, body);
      if ('status' in outcome && outcome.status !== 429 && outcome.status !== 503) return outcome;
      if (Date.now() > until) {
        const why =
          'status' in outcome ? `it answers ${outcome.status}: ${JSON.stringify(outcome.body)}` : outcome.lost;
        throw new RequestFailed(`${this.base} gave no answer for ${this.patienceMs / 1_000} s (${why})`);
      }
      const wait = 'status' in outcome ? outcome.retryAfterMs : Math.min(2_000, 50 * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }

  private async once(
    path: string,
    contentType: string,
    body: string | Uint8Array,
  ): Promise<(Answer & { retryAfterMs: number }) | { lost: string }> {
    try {
      const response = await fetch(this.base + path, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.key}`, 'content-type': contentType },
        body: body as string,
      });
      const text = await response.text();
      const retryAfterMs = Number(response.headers.get('retry-after') ?? 1) * 1_000;
      return { status: response.status, body: text === '' ? null : JSON.parse(text), retryAfterMs };
    } catch (error) {
      const { cause } = error as Error & { cause?: Error };
      return { lost: cause?.message ?? (error as Error).message };
    }
  }
}
