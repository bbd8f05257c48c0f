/** A small brand, events and a node in a folder of its own, for the engine's tests. Used by tests only. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry as MetricsRegistry } from 'prom-client';
import type { Event } from '../../actors/event.js';
import { validateProgram } from '../../actors/program/validate.js';
import { silent } from '../log.js';
import { type NodeOptions, openNode } from '../node.js';

export const BRAND = {
  program: 'test-brand',
  currency: 'USD',
  timeZone: 'America/New_York',
  lateness: 'P30D',
  statuses: [
    { id: 'good', default: true, earns: true, redeems: true, messages: true },
    { id: 'blocked', earns: false, redeems: false, messages: false },
  ],
  events: [
    {
      type: 'survey.done',
      data: { type: 'object', properties: { score: { type: 'integer' }, note: { type: 'string', personal: true } } },
    },
  ],
  points: {
    accounts: [
      { id: 'stars', name: 'Stars', spendable: true, expiry: { kind: 'rolling', after: 'P2M', roundUpTo: 'month' } },
      { id: 'status', spendable: false },
    ],
  },
  tiers: [
    {
      id: 'main',
      basis: { points: 'status' },
      window: { calendar: 'year' },
      downgrade: { how: 'full' },
      levels: [
        { id: 'member', atLeast: 0 },
        { id: 'silver', atLeast: 500, multiplier: 1.25 },
      ],
    },
  ],
  campaigns: [
    {
      id: 'earn',
      kind: 'promotion',
      base: true,
      behavior: { all: [{ event: 'purchase' }] },
      outcomes: [
        { points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' }, multiply: 'tier' } },
        { points: { account: 'status', rate: { points: 1, per: 100, of: 'amount' } } },
      ],
    },
    {
      id: 'five-visits',
      kind: 'promotion',
      behavior: { all: [{ event: 'purchase', times: 5, within: { rolling: 'P30D' } }] },
      outcomes: [
        { points: { account: 'stars', fixed: 50 } },
        { tag: { add: 'regular', for: 'P30D' } },
        { offer: 'free-latte' },
      ],
      onReturn: 'clawback',
    },
    {
      id: 'survey',
      kind: 'promotion',
      behavior: { all: [{ event: 'survey.done' }] },
      outcomes: [{ points: { account: 'stars', fixed: 5 } }],
      limits: { perCustomer: 2, per: { calendar: 'month' } },
    },
  ],
  offers: [
    {
      id: 'free-latte',
      kind: 'closedLoop',
      validity: { for: 'P14D' },
      uses: 1,
      discount: { kind: 'amountOffCheck', amount: 450 },
    },
  ],
  rfm: {
    of: 'purchase',
    window: 'P365D',
    recencyDays: [7, 30, 90, 180],
    frequency: [1, 3, 6, 12],
    monetary: [2000, 10000, 30000, 100000],
  },
};

/** The brand's document, validated. */
export function brand(): unknown {
  const validated = validateProgram(BRAND);
  if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
  return validated.document;
}

export function purchase(subject: string, id: string, amount: number, time: number): Event {
  return { id, source: 'pos/test', type: 'purchase', subject, time, data: { transactionId: id, total: amount } };
}

export function folder(t: { teardown(fn: () => void): unknown }): string {
  const dir = mkdtempSync(join(tmpdir(), 'regulars-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A node over `dataDir` with the test brand published. */
export async function node(dataDir: string, options: Partial<NodeOptions> = {}) {
  const opened = await openNode({
    dataDir,
    log: silent,
    metrics: new MetricsRegistry(),
    freeDiskBytesMin: 1,
    ...options,
  });
  if (opened.program === undefined) await opened.publish(brand(), 'test');
  return opened;
}
