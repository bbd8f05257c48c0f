/**
 * Asks another node as its callers do: over connections that are kept open, one request at a time on each.
 *
 * An idle connection is let go well before the other side would (`server/`), so that no request meets a closing one.
 * `fetch` was here before: four times the CPU time of a request.
 */
import http from 'node:http';
import https from 'node:https';
import { limits } from '../actors/limits.js';

/** Servers close idle connections after ten seconds and more. */
const IDLE_MS = 4_000;

export interface Asked {
  readonly url: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** Name, value, name, value, … */
  readonly headers: readonly string[];
  readonly body: Uint8Array | undefined;
}

export interface Answered {
  readonly status: number;
  /** Name, value, name, value, … as they came. */
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** A request on its way. */
interface Under {
  readonly url: string;
  readonly since: number;
  readonly request: http.ClientRequest;
}

export class ForwardClient {
  readonly #agents = {
    'http:': new http.Agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: limits.clusterConnectionsMax }),
    'https:': new https.Agent({ keepAlive: true, timeout: IDLE_MS, maxSockets: limits.clusterConnectionsMax }),
  };
  readonly #under = new Set<Under>();

  /** Rejects where no whole answer came: what became of the request is unknown then. */
  ask({ url, method, target, headers, body }: Asked): Promise<Answered> {
    const { protocol, hostname, port } = new URL(url);
    const isSecure = protocol === 'https:';
    let under: Under | undefined;
    const answered = new Promise<Answered>((resolve, reject) => {
      const request = (isSecure ? https : http).request({
        agent: this.#agents[isSecure ? 'https:' : 'http:'],
        hostname: hostname.replace(/^\[|\]$/g, ''),
        port,
        method,
        path: target,
        headers: ['Host', new URL(url).host, ...headers, ...lengthOf(method, body)],
      });
      under = { url, since: performance.now(), request };
      this.#under.add(under);
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode!, headers: response.rawHeaders, body: Buffer.concat(chunks) }),
        );
        response.on('error', reject);
      });
      request.on('error', reject);
      request.end(body);
    });
    return answered.finally(() => this.#under.delete(under!));
  }

  /** Gives up on requests for which `isOver` says so: `url` is of the node asked, `ms` how long ago. */
  giveUp(isOver: (url: string, ms: number) => boolean): void {
    const now = performance.now();
    for (const { url, since, request } of this.#under) {
      if (isOver(url, now - since)) request.destroy(new Error('given up'));
    }
  }

  get underWay(): number {
    return this.#under.size;
  }
}

/** Without it a body goes in pieces, and a POST without one has none at all. */
function lengthOf(method: string, body: Uint8Array | undefined): string[] {
  if (body === undefined) return method === 'GET' || method === 'HEAD' ? [] : ['Content-Length', '0'];
  return ['Content-Length', String(body.byteLength)];
}
