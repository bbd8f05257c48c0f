/**
 * Model-checked crash test: writers at full speed, `kill -9` at a random moment, restart, again and again. Ten rounds
 * here; `REGULARS_CRASH_ROUNDS=100` for the long run. `REGULARS_SEED` repeats a run's moments.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { folder, node } from './testing/brand.js';
import { eventOf, fingerprint } from './testing/crash-writer.js';
import { verifyData } from './verify.js';

const ROUNDS = Number(process.env.REGULARS_CRASH_ROUNDS ?? 10);
const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
const CUSTOMERS = 200;
const PER_ROUND = 20_000;

interface Acknowledged {
  readonly position: string;
  readonly print: string;
}

t.test(
  `killed ${ROUNDS} times: nothing acknowledged is lost, nothing applies twice, repeats are answered alike`,
  async (t) => {
    t.comment(`REGULARS_SEED=${SEED}`);
    const dir = folder(t);
    let seed = SEED;
    const random = (): number => {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      return seed / 2147483648;
    };
    const acknowledged = new Map<number, Acknowledged>();
    let first = 0;
    for (let round = 0; round < ROUNDS; round++) {
      // Some of what was written before comes again: tills repeat what they are unsure of.
      const from = Math.max(0, first - 200);
      const { lines, highest } = await killed(dir, from, 30 + random() * 400);
      for (const [n, position, status, print] of lines) {
        const before = acknowledged.get(n);
        if (before !== undefined) {
          if (status !== 'duplicate') t.fail(`event ${n} was acknowledged and came again as ${status}`);
          if (before.position !== position || before.print !== print) t.fail(`event ${n} was answered differently`);
        }
        acknowledged.set(n, { position, print });
      }
      first = Math.max(first, highest + 1);
    }
    t.ok(acknowledged.size > 0, `${acknowledged.size} events were acknowledged`);

    const engine = await node(dir, { now: () => Date.parse('2026-03-11T12:00:00Z') });
    const attempted = Array.from({ length: first }, (_, n) => n);
    const repeated = await engine.submit(
      attempted.map((n) => eventOf(n, CUSTOMERS)),
      'wall',
    );
    let lost = 0;
    let different = 0;
    repeated.forEach((decision, n) => {
      const before = acknowledged.get(n);
      if (before === undefined) return;
      if (decision.status !== 'duplicate') lost++;
      else if (decision.position !== before.position || fingerprint(decision) !== before.print) different++;
    });
    t.equal(lost, 0, 'acknowledged events lost');
    t.equal(different, 0, 'repeats answered differently');

    const expected = new Map<string, { purchases: number; net: number }>();
    for (const n of attempted) {
      const { subject, data } = eventOf(n, CUSTOMERS);
      const sum = expected.get(subject) ?? { purchases: 0, net: 0 };
      expected.set(subject, { purchases: sum.purchases + 1, net: sum.net + (data as { total: number }).total });
    }
    for (const [customer, { purchases, net }] of expected) {
      const profile = (await engine.profile(customer)) as { totals: { purchases: number; net: number } };
      t.match(profile.totals, { purchases, net }, customer);
    }
    await engine.close();
    t.same((await verifyData(dir)).drifts, [], 'verify finds no drift');
  },
);

type Line = readonly [n: number, position: string, status: string, print: string];

/** Runs the writer and kills it so many ms after it began to write. Resolves to the complete lines it printed. */
function killed(dir: string, from: number, afterMs: number): Promise<{ lines: Line[]; highest: number }> {
  const writer = fileURLToPath(new URL('./testing/crash-writer.js', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, dir, String(from), String(PER_ROUND), String(CUSTOMERS)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (text === '' && chunk.length > 0) setTimeout(() => child.kill('SIGKILL'), afterMs);
      text += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal !== 'SIGKILL' && code !== 0) return reject(new Error(`the writer ended with ${code ?? signal}`));
      const lines = text
        .slice(0, text.lastIndexOf('\n') + 1)
        .split('\n')
        .filter((line) => /^\d/.test(line))
        .map((line): Line => {
          const [n, position, status, print] = line.split(' ') as [string, string, string, string];
          return [Number(n), position, status, print];
        });
      // Every event up to 64 beyond the highest acknowledged one may have been under way.
      resolve({ lines, highest: Math.max(from, ...lines.map(([n]) => n)) + 64 });
    });
  });
}
