/**
 * Replay equals live, from any checkpoint: the node is copied as a crash would leave it, at random moments of a random
 * history, and the copy must show every customer exactly as the living node does. Seeds are printed by fast-check.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import type { Event, Json } from '../actors/event.js';
import { node, purchase } from './testing/brand.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const CUSTOMERS = ['ann', 'böb', '__proto__', 'dee'];

type Step =
  | { readonly do: 'event'; readonly event: Event; readonly imported: boolean }
  | { readonly do: 'pass'; readonly days: number }
  | { readonly do: 'checkpoint' }
  | { readonly do: 'crash' };

const customer = fc.constantFrom(...CUSTOMERS);
const time = fc.integer({ min: 0, max: 120 * 24 }).map((hours) => START + hours * 3_600_000);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc
      .tuple(customer, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 90_000 }), time, fc.boolean())
      .map(
        ([who, n, amount, at, imported]): Step => ({
          do: 'event',
          event: purchase(who, 'p' + n, amount, at),
          imported,
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(customer, fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20_000 }), time, fc.boolean())
      .map(
        ([who, n, total, at, imported]): Step => ({
          do: 'event',
          imported,
          event: {
            id: 'r' + n,
            source: 'pos/test',
            type: 'return',
            subject: who,
            time: at,
            data: { transactionId: 'r' + n, originalTransactionId: 'p' + (n % 20), total },
          },
        }),
      ),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(customer, fc.integer({ min: 0, max: 60 }), fc.string({ maxLength: 8 }), time).map(
      ([who, n, name, at]): Step => ({
        do: 'event',
        imported: false,
        event: {
          id: 'u' + n,
          source: 'app',
          type: 'profile.updated',
          subject: who,
          time: at,
          data: { attributes: { name, visits: n } },
        },
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(customer, fc.integer({ min: 0, max: 60 }), time).map(
      ([who, n, at]): Step => ({
        do: 'event',
        imported: false,
        event: { id: 's' + n, source: 'app', type: 'survey.done', subject: who, time: at, data: { score: n } },
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(customer, fc.integer({ min: 0, max: 60 }), fc.integer({ min: -500, max: 500 }), time).map(
      ([who, n, points, at]): Step => ({
        do: 'event',
        imported: false,
        event: {
          id: 'a' + n,
          source: 'desk',
          type: 'points.adjusted',
          subject: who,
          time: at,
          data: { account: 'stars', points: points === 0 ? 1 : points, reason: 'goodwill' },
        },
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(customer, customer, time, fc.boolean()).map(
      ([who, from, at, imported]): Step => ({
        do: 'event',
        imported,
        event: { id: 'm' + from, source: 'crm', type: 'customer.merged', subject: who, time: at, data: { from } },
      }),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 40 }).map((days): Step => ({ do: 'pass', days })) },
  { weight: 2, arbitrary: fc.constant<Step>({ do: 'checkpoint' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ do: 'crash' }) },
);

t.test('what a crash leaves, replayed, equals the living node', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 120 }), async (steps) => {
      const home = mkdtempSync(join(tmpdir(), 'regulars-'));
      let now = START + 130 * DAY;
      const options = { now: () => now, checkpointEveryMs: 3_600_000 };
      let live = await node(join(home, 'live'), options);
      try {
        let copies = 0;
        let where = join(home, 'live');
        for (const one of steps) {
          if (one.do === 'event') await live.submit([one.event], one.imported ? 'event' : 'wall');
          else if (one.do === 'pass') now += one.days * DAY;
          else if (one.do === 'checkpoint') await live.checkpoint();
          else {
            const copy = join(home, 'copy-' + copies++);
            cpSync(where, copy, {
              recursive: true,
              filter: (path) => !path.endsWith('.lock') && !path.endsWith('lock.mdb'),
            });
            const before = await profiles(live);
            await live.close();
            where = copy;
            live = await node(where, options);
            expectSame(await profiles(live), before);
          }
        }
        await live.close();
        const { drifts } = await verifyData(where);
        if (drifts.length > 0) throw new Error('drift: ' + JSON.stringify(drifts));
      } finally {
        await live.close();
        rmSync(home, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env.REGULARS_RUNS ?? 25), verbose: 1 },
  );
  t.pass('seed printed on failure');
});

async function profiles(engine: Awaited<ReturnType<typeof node>>): Promise<Record<string, Json>[]> {
  const all = await Promise.all(CUSTOMERS.map((id) => engine.profile(id)));
  return all.map((profile) => profile ?? {});
}

function expectSame(a: unknown, b: unknown): void {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  if (left !== right) throw new Error(`replayed ${left}\nliving   ${right}`);
}
