/** What is measured inside a process of its own, without a server: started with its heap under our hand. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.js';
import type { InsideFact, InsideOrder } from '../inside/order.js';
import { factRow, type Row } from '../report/report.js';

export async function inside(bench: Bench): Promise<Row[]> {
  return [...(await insideFacts(bench, 'actor')), ...(await insideFacts(bench, 'residents'))];
}

/** Runs one kind of measurement and makes rows of what it found. */
export async function insideFacts(bench: Bench, what: InsideOrder['what']): Promise<Row[]> {
  bench.say(`inside a process: ${what}`);
  const { rounds, quick } = bench.options;
  const order: InsideOrder = { what, rounds, scale: quick ? 0.25 : 1, folder: bench.folder() };
  const facts = await runInside(order);
  return facts.map(({ id, title, unit, values }) => factRow(id, title, unit, values));
}

export function runInside(order: InsideOrder): Promise<readonly InsideFact[]> {
  const file = fileURLToPath(new URL('../inside/main.js', import.meta.url));
  const child = fork(file, { execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('message', (facts: readonly InsideFact[]) => resolve(facts));
    child.once('exit', (code) => reject(new Error(`measuring ${order.what} ended with ${code}`)));
    child.send(order);
  });
}
