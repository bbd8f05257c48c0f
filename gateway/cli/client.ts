/** Talks to a node over HTTP for the commands that need one, and tries again while it does not answer. */
import * as http from 'node:http';
import * as https from 'node:https';
import { LOOPBACK } from './loopback.js';
import { UsageError } from './options.js';
import type { Parsed } from './parse-options.js';
import { keptRootKey } from './root-key.js';

export interface Answer {
  readonly status: number;
  /** As JSON where it is JSON, else as text. */
  readonly body: unknown;
}

/** The answer was no, or there was none in time. */
export class RequestFailed extends Error {
  override readonly name = 'RequestFailed';
}

/** Busy, restarting, or a proxy in front of a node that is. */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 429, 502, 503, 504]);
const FIRST_WAIT_MS = 50;
const WAIT_MS_MAX = 1_000;
/** Without a byte either way. */
const SILENCE_MS_MAX = 60_000;

export class Client {
  private readonly base: string;
  private readonly key: string;
  private readonly patienceMs: number;
  private readonly agent: http.Agent;
  private readonly send: typeof http.request;

  /** Throws UsageError where there is no key, or the address is none. */
  constructor(
    options: Parsed,
    private readonly onWait: (why: string) => void = () => {},
  ) {
    this.base = options.text('url')!.replace(/\/+$/, '');
    const { protocol, hostname } = addressOf(this.base);
    const key = options.text('key') ?? options.text('root-key') ?? ownKey(options, hostname);
    if (key === undefined) {
      throw new UsageError(
        'no key: set REGULARS_KEY or REGULARS_KEY_FILE (a property with the scopes needed), or REGULARS_ROOT_KEY or REGULARS_ROOT_KEY_FILE; ' +
          'for a node on this machine that made its own, name its folder with --data',
      );
    }
    this.key = key;
    this.patienceMs = options.number('retry-seconds')! * 1_000;
    const { Agent, request } = protocol === 'https:' ? https : http;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.send = request;
  }

  /**
   * POSTs until there is an answer: lost connections, 429 and 503 are tried again, honouring Retry-After. A repeat is
   * safe: events are remembered by id. Throws RequestFailed where there is none in `--retry-seconds`.
   */
  async post(path: string, contentType: string, body: Uint8Array): Promise<Answer> {
    const until = Date.now() + this.patienceMs;
    for (let attempt = 0; ; attempt++) {
      const outcome = await this.once(path, contentType, body);
      if ('status' in outcome && !TRY_AGAIN.has(outcome.status)) return outcome;
      const why = 'status' in outcome ? `it answers ${outcome.status}: ${inWords(outcome.body)}` : outcome.lost;
      const left = until - Date.now();
      if (left <= 0) throw new RequestFailed(`${this.base} gave no answer for ${this.patienceMs / 1_000} s (${why})`);
      this.onWait(`${this.base} does not answer (${why}); trying for ${Math.ceil(left / 1_000)} s more`);
      const asked = 'status' in outcome ? outcome.retryAfterMs : undefined;
      const wait = asked ?? Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));
      await new Promise((resolve) => setTimeout(resolve, Math.min(wait, left)));
    }
  }

  /** Settles in any case: with what came, or with how the connection was lost. Not `fetch`, which may do neither. */
  private once(path: string, contentType: string, body: Uint8Array): Promise<Came | Lost> {
    return new Promise((resolve) => {
      const lost = (error: Error): void => resolve({ lost: error.message });
      const headers = {
        authorization: `Bearer ${this.key}`,
        'content-type': contentType,
        'content-length': body.length,
      };
      const request = this.send(
        this.base + path,
        { method: 'POST', agent: this.agent, headers, timeout: SILENCE_MS_MAX },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('error', lost);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              body: parsed(Buffer.concat(parts).toString()),
              retryAfterMs: waitOf(response.headers['retry-after']),
            });
          });
        },
      );
      request.on('timeout', () => request.destroy(new Error(`silent for ${SILENCE_MS_MAX / 1_000} s`)));
      request.on('error', lost);
      // After all else, also after an answer that was cut off.
      request.on('close', () => lost(new Error('the connection was closed')));
      request.end(body);
    });
  }
}

interface Came extends Answer {
  readonly retryAfterMs: number | undefined;
}
interface Lost {
  readonly lost: string;
}

/** What a problem says, or what came instead of one. */
export function inWords(body: unknown): string {
  const { detail, code } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (typeof detail === 'string') return typeof code === 'string' ? `${detail} (${code})` : detail;
  return (typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 300);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

/** Seconds or a date (RFC 9110, 10.2.3), as ms from now. */
function waitOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

/** Throws UsageError. */
function addressOf(base: string): URL {
  const address = URL.canParse(base) ? new URL(base) : undefined;
  if (address?.protocol === 'http:' || address?.protocol === 'https:') return address;
  throw new UsageError(`--url takes an address such as http://127.0.0.1:7300, not ${JSON.stringify(base)}`);
}

/** The key that a node on this machine made for itself; it is sent nowhere else. */
function ownKey(options: Parsed, hostname: string): string | undefined {
  return LOOPBACK.has(hostname) ? keptRootKey(options.text('data')!, false)?.key : undefined;
}
