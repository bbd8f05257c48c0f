/**
 * A process that writes events at full speed until it is killed; used by crash.int.test.ts. It prints one line for
 * every acknowledgement, after the engine gave it: `<event number> <position> <hash of the decision>`.
 * Arguments: data folder, first event number, how many events, how many customers.
 */
import { createHash } from 'node:crypto';
import type { Decision } from '../contract.js';
import { node, purchase } from './brand.js';
import { say } from './say.js';

const [dataDir, first, count, customers] = process.argv.slice(2) as [string, string, string, string];
const START = Date.parse('2026-03-01T12:00:00Z');

/** Event n: always the same, so that a repeat is one. */
export function eventOf(n: number, customers: number) {
  return purchase('customer-' + ((n * 7919) % customers), 'tx-' + n, 100 + ((n * 37) % 900), START + n * 1000);
}

export function fingerprint(decision: Decision): string {
  const outcomes = 'outcomes' in decision ? decision.outcomes : [];
  return createHash('sha256').update(JSON.stringify(outcomes)).digest('hex').slice(0, 16);
}

if (dataDir !== undefined && first !== undefined) {
  const engine = await node(dataDir, { now: () => START + 10 * 86_400_000, checkpointEveryMs: 20 });
  const last = Number(first) + Number(count);
  let next = Number(first);
  say('ready');
  const write = async (): Promise<void> => {
    while (next < last) {
      const n = next++;
      const [decision] = await engine.submit([eventOf(n, Number(customers))], 'wall');
      const position = decision !== undefined && 'position' in decision ? decision.position : '-';
      say(`${n} ${position} ${decision?.status} ${fingerprint(decision!)}`);
    }
  };
  await Promise.all(Array.from({ length: 64 }, write));
  await engine.close();
  say('done');
}
