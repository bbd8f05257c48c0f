/**
 * A process that writes purchases of many customers at full speed until it is killed, under campaigns with a total and a
 * budget over all of them, half of what they gave taken back again by returns; used by shared-counts.int.test.ts. It
 * prints `ready`, then the number of each event once it is acknowledged. Arguments: data folder, first event, how many.
 */
import { Registry as MetricsRegistry } from 'prom-client';
import type { Event } from '../../actors/event.js';
import { validateProgram } from '../../actors/program/validate.js';
import { silent } from '../log.js';
import { type NodeOptions, openNode } from '../node.js';
import { purchase } from './brand.js';
import { say } from './say.js';

const [dataDir, first, count] = process.argv.slice(2) as [string, string, string];
export const START = Date.parse('2026-03-01T12:00:00Z');
export const CUSTOMERS = 150;
export const TOTAL = 400;
export const BUDGET = 10_003;

const campaign = (id: string, more: object): object => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase' }] },
  ...more,
});

const SHARED = {
  program: 'shared',
  currency: 'USD',
  timeZone: 'UTC',
  points: { accounts: [{ id: 'stars' }] },
  campaigns: [
    campaign('total', { outcomes: [{ tag: { add: 'early' } }], limits: { total: TOTAL }, onReturn: 'clawback' }),
    campaign('budget', {
      outcomes: [{ points: { account: 'stars', fixed: 13 } }],
      limits: { budget: { points: BUDGET } },
      onReturn: 'clawback',
    }),
  ],
};

/** Event n: always the same, so that a repeat is one. Every sixth gives back what was bought five events before. */
export function eventOf(n: number): Event {
  const time = START + n * 1000;
  const returned = n - 5;
  if (n % 6 !== 5) return purchase(customerOf(n), 'tx-' + n, 100, time);
  const data = { transactionId: 'r-' + n, originalTransactionId: 'tx-' + returned, total: 100 };
  return { id: 'r-' + n, source: 'pos/test', type: 'return', subject: customerOf(returned), time, data };
}

/** A node over `dataDir` with these campaigns published. */
export async function sharedNode(dataDir: string, options: Partial<NodeOptions> = {}) {
  const now = (): number => START + 10 * 86_400_000;
  const metrics = new MetricsRegistry();
  const opened = await openNode({ dataDir, log: silent, metrics, freeDiskBytesMin: 1, now, ...options });
  if (opened.program === undefined) {
    const validated = validateProgram(SHARED);
    if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
    await opened.publish(validated.document, 'test');
  }
  return opened;
}

function customerOf(n: number): string {
  return 'customer-' + ((n * 7919) % CUSTOMERS);
}

if (dataDir !== undefined && first !== undefined) {
  const engine = await sharedNode(dataDir, { checkpointEveryMs: 20 });
  const last = Number(first) + Number(count);
  let next = Number(first);
  say('ready');
  const write = async (): Promise<void> => {
    while (next < last) {
      const n = next++;
      await engine.submit([eventOf(n)], 'wall');
      say(String(n));
    }
  };
  await Promise.all(Array.from({ length: 64 }, write));
  await engine.close();
  say('done');
}
