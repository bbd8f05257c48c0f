/** A node with a coffee brand behind its API, and a till to speak to it; for tests. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry as MetricsRegistry } from 'prom-client';
import type { Test } from 'tap';
import { validateProgram } from '../../actors/program/validate.js';
import { silent } from '../../engine/log.js';
import { openNode } from '../../engine/node.js';
import { createGateway, type Gateway } from '../gateway.js';

const KEY = 'till-root-key-0123456789abcdef0123456789';
export const NOW = Date.parse('2026-11-24T12:00:00Z');

export type Shown = Record<string, unknown>;
export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Shown;
}

/** Every purchase earns a star for 100 and gives each offer in `gives` (ids) to who buys the sku `GIFT`. */
export function brandOf(offers: readonly object[], more: object = {}): object {
  return {
    program: 'till-coffee',
    currency: 'USD',
    timeZone: 'UTC',
    stores: [{ id: 'bos-1' }, { id: 'nyc-1' }],
    statuses: [
      { id: 'good', default: true },
      { id: 'blocked', redeems: false, earns: false },
    ],
    points: { accounts: [{ id: 'stars' }] },
    tiers: [
      {
        id: 'main',
        basis: { spend: true },
        window: { calendar: 'year' },
        levels: [
          { id: 'member', atLeast: 0 },
          { id: 'silver', atLeast: 5_000 },
        ],
      },
    ],
    offers: offers.map((offer) => ({ kind: 'closedLoop', ...offer })),
    campaigns: [
      {
        id: 'earn',
        kind: 'promotion',
        base: true,
        behavior: { all: [{ event: 'purchase' }] },
        outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }],
      },
      {
        id: 'gift',
        kind: 'promotion',
        behavior: { all: [{ event: 'purchase', where: { lines: { where: { field: 'sku', eq: 'GIFT' } } } }] },
        outcomes: offers.map((offer) => ({ offer: (offer as { id: string }).id })),
      },
      {
        id: 'three-visits',
        kind: 'promotion',
        behavior: { all: [{ event: 'purchase', where: { field: 'amount', gt: 0 }, times: 3 }] },
        outcomes: [{ points: { account: 'stars', fixed: 10 } }, { tag: { add: 'regular' } }],
      },
    ],
    ...more,
  };
}

/** One node and its till; `at` moves the clock. */
export class TillNode {
  #engine!: Awaited<ReturnType<typeof openNode>>;
  #gateway!: Gateway;
  now = NOW;
  #gifts = 0;

  private constructor(
    private readonly dir: string,
    readonly program: object,
  ) {}

  static async start(t: Test, program: object): Promise<TillNode> {
    const node = new TillNode(mkdtempSync(join(tmpdir(), 'regulars-till-')), program);
    await node.open();
    await node.publish(program);
    t.teardown(async () => {
      await node.close();
      rmSync(node.dir, { recursive: true, force: true });
    });
    return node;
  }

  async open(): Promise<void> {
    this.#engine = await openNode({
      dataDir: this.dir,
      log: silent,
      metrics: new MetricsRegistry(),
      now: () => this.now,
    });
    this.#gateway = await createGateway({
      engine: this.#engine,
      config: { host: '127.0.0.1', port: 0, rootKey: KEY },
      now: () => this.now,
    });
  }

  async close(): Promise<void> {
    await this.#gateway.close();
    await this.#engine.close();
  }

  /** Stops and starts again over the same folder. */
  async restart(): Promise<void> {
    await this.close();
    await this.open();
  }

  async publish(program: object): Promise<void> {
    const validated = validateProgram(program);
    if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
    await this.#engine.publish(validated.document, 'test');
  }

  async ask(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const reply = await fetch(`http://127.0.0.1:${this.#gateway.port}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, text, json: JSON.parse(text) as Shown };
  }

  step(step: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.ask(`/v1/pos/${step}`, body, headers);
  }

  /** A whole basket of a transaction. */
  basket(customerId: string, transactionId: string, lines: readonly object[], more: object = {}): object {
    const time = new Date(this.now).toISOString();
    return { customerId, transactionId, storeId: 'bos-1', time, currency: 'USD', lines, ...more };
  }

  /** Gives a customer one issue of every offer. Returns the profile. */
  async gift(customerId: string): Promise<Shown> {
    const id = `gift-${this.#gifts++}`;
    await this.event(customerId, id, { transactionId: id, lines: [line('g', 1, 0, { sku: 'GIFT' })] });
    return this.profile(customerId);
  }

  async event(customerId: string, id: string, data: object, type = 'purchase'): Promise<Answer> {
    const time = new Date(this.now).toISOString();
    return this.ask('/v1/events', { id, source: 'test', type, subject: customerId, time, data });
  }

  async profile(customerId: string): Promise<Shown> {
    return (await this.ask(`/v1/customers/${customerId}`)).json;
  }

  /** Ids of the issues held, by offer. */
  async issues(customerId: string): Promise<Record<string, string>> {
    const { offers } = (await this.profile(customerId)) as { offers: { id: string; offerId: string }[] };
    return Object.fromEntries(offers.map(({ id, offerId }) => [offerId, id]));
  }
}

export function line(lineId: string, quantity: number, unitPrice: number, more: object = {}): object {
  return { lineId, sku: lineId, quantity, unitPrice, ...more };
}
