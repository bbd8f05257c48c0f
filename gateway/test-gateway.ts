/** A gateway on a real port over the fake engine, for tests, with a few short ways to ask it. */
import type { Test } from 'tap';
import { FakeEngine } from './fake-engine.js';
import { createGateway, type Gateway, type GatewayConfig } from './gateway.js';
import type { Logger } from './log.js';

export const ROOT_KEY = 'root-key-of-the-tests';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly text: string;
  // Whatever JSON the reply is; tests look into it and fail where it is not there.
  readonly json: Loose;
}
export interface Loose {
  readonly [key: string]: Loose;
}

export interface Asked {
  readonly method?: string;
  /** Undefined: the root key. '': none. */
  readonly key?: string;
  readonly type?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array | object;
}

export class TestGateway {
  readonly logged: { level: string; message: string; fields: unknown }[] = [];

  private constructor(
    readonly engine: FakeEngine,
    readonly gateway: Gateway,
  ) {}

  static async start(t: Test, config: Partial<GatewayConfig> = {}, now?: () => number): Promise<TestGateway> {
    const engine = new FakeEngine();
    const logged: TestGateway['logged'] = [];
    const log: Logger = { log: (level, message, fields) => logged.push({ level, message, fields }) };
    const gateway = await createGateway({
      engine,
      config: { host: '127.0.0.1', port: 0, rootKey: ROOT_KEY, version: '1.2.3', ...config },
      log,
      ...(now === undefined ? {} : { now }),
    });
    t.teardown(() => gateway.close());
    const started = new TestGateway(engine, gateway);
    (started as { logged: TestGateway['logged'] }).logged = logged;
    return started;
  }

  get port(): number {
    return this.gateway.port;
  }
  url(path: string): string {
    return `http://127.0.0.1:${this.port}${path}`;
  }

  async ask(path: string, asked: Asked = {}): Promise<Answer> {
    const { method, key = ROOT_KEY, type, headers = {}, body } = asked;
    const all: Record<string, string> = { ...headers };
    if (key !== '') all.authorization = `Bearer ${key}`;
    const bytes =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
    if (bytes !== undefined) all['content-type'] ??= type ?? 'application/json';
    const reply = await fetch(this.url(path), {
      method: method ?? (bytes === undefined ? 'GET' : 'POST'),
      headers: all,
      body: bytes as string,
      redirect: 'manual',
    });
    const read = new Uint8Array(await reply.arrayBuffer());
    const text = Buffer.from(read).toString('utf8');
    return {
      status: reply.status,
      headers: reply.headers,
      bytes: read,
      text,
      get json() {
        return JSON.parse(text) as Loose;
      },
    };
  }

  /** A property made over the API; its key. */
  async property(id: string, scopes: readonly string[], more: object = {}): Promise<string> {
    const reply = await this.ask('/v1/properties', { body: { id, name: id, kind: 'api', scopes, ...more } });
    if (reply.status !== 201) throw new Error(reply.text);
    return reply.json.key as unknown as string;
  }
}

/** A valid event; `change` overrides its fields. */
export function anEvent(change: object = {}): Record<string, unknown> {
  return {
    id: 'e1',
    source: 'pos/bos-1',
    type: 'purchase',
    subject: '17850',
    time: '2026-11-24T08:26:00-05:00',
    data: { transactionId: 't1', lines: [{ lineId: '1', sku: 'LATTE-L', quantity: 2, unitPrice: 450 }] },
    ...change,
  };
}

/** The servers to test with: both where both load. */
export const SERVERS: readonly ('node' | 'uws')[] = await (async () => {
  const { chooseServer } = await import('./server/choose-server.js');
  const { adapter } = await chooseServer('auto', 16_384);
  return adapter.name === 'uws' ? (['uws', 'node'] as const) : (['node'] as const);
})();
