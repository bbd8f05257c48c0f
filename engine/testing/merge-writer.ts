/**
 * A process that reports purchases of a hundred pairs of customers, merges each pair, and goes on under the old id, until
 * it is done or killed; used by merge.int.test.ts. It always reports the same, so that what was done is a repeat.
 * Argument: data folder.
 */
import type { Event } from '../../actors/event.js';
import { node, purchase } from './brand.js';
import { say } from './say.js';

const [dataDir] = process.argv.slice(2);
const START = Date.parse('2026-03-01T12:00:00Z');

function eventsOf(n: number): Event[] {
  const [old, survivor] = [`o-${n}`, `s-${n}`];
  const at = START + n * 1_000;
  return [
    purchase(old, 'x-1', 100, at),
    purchase(survivor, 'x-1b', 100, at + 1),
    purchase(old, 'x-2', 100, at + 2),
    { id: 'm', source: 'crm', type: 'customer.merged', subject: survivor, time: at + 3, data: { from: old } },
    purchase(old, 'x-3', 100, at + 4),
    purchase(survivor, 'x-4', 100, at + 5),
    purchase(old, 'x-5', 100, at + 6),
  ];
}

if (dataDir !== undefined) {
  const engine = await node(dataDir, { now: () => START + 10 * 86_400_000, checkpointEveryMs: 20 });
  say('ready');
  const write = async (n: number): Promise<void> => {
    for (const event of eventsOf(n)) await engine.submit([event], 'wall');
  };
  await Promise.all(Array.from({ length: 100 }, (_, n) => write(n)));
  await engine.close();
  say('done');
}
