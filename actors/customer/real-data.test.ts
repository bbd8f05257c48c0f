/**
 * A year of a real shop (not part of the repository): every customer exactly as another program in another language
 * worked it out. Looks for `../shared/data/online-retail` beside the repository, and says so when it is not there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { parse } from 'yaml';
import type { Event } from '../event.js';
import { compileProgram } from '../program/compile.js';
import type { ProgramDocument } from '../program/document.js';
import { formatInstant, parseInstant } from '../time/instant.js';
import { accountOf } from './account-state.js';
import { MemoryHistory } from './history.memory.js';
import { judge } from './judge.js';
import { progressOf } from './progress.js';
import { NOTHING_TAKEN } from './shared-limits.js';
import type { CustomerState } from './state.js';
import { tierOf } from './tier-state.js';

const folder = dataFolder();
const CAMPAIGNS = ['three-in-thirty', 'big-month', 'explorer', 'hearts'] as const;

t.test(
  'every customer of a real year is exactly as expected',
  { skip: folder === undefined && 'data not there: ../shared/data/online-retail' },
  (t) => {
    const document = parse(readFileSync(join(folder!, 'program.yaml'), 'utf8'), { schema: 'core' }) as ProgramDocument;
    const program = compileProgram(document, 1);
    const lines = gunzipSync(readFileSync(join(folder!, 'events-a.ndjson.gz')))
      .toString()
      .trim()
      .split('\n');
    const customers = new Map<string, { state: CustomerState | undefined; history: MemoryHistory }>();
    lines.forEach((line, i) => {
      const event = eventOf(line);
      const customer = customers.get(event.subject) ?? { state: undefined, history: new MemoryHistory() };
      customers.set(event.subject, customer);
      const entry = { kind: 'event', position: `0-${i + 1}`, stamp: 0, event, imported: true } as const;
      const judged = judge(customer.state, entry, program, customer.history, NOTHING_TAKEN);
      customer.state = judged.state;
      customer.history.add(event, judged.outcomes);
    });
    const [head, ...rows] = readFileSync(join(folder!, 'expected-a.csv'), 'utf8').trim().split('\n');
    t.equal(head, `customer,purchases,returns,monetary,lastPurchaseAt,stars,status,tier,${CAMPAIGNS.join(',')}`);
    t.equal(rows.length, customers.size);
    const wrong = rows.filter((row) => row !== rowOf(customers.get(row.split(',')[0]!)!.state!));
    t.equal(wrong.length, 0, `${wrong.length} of ${rows.length} customers differ`);
    for (const row of wrong.slice(0, 5)) t.equal(rowOf(customers.get(row.split(',')[0]!)!.state!), row);
    t.end();
  },
);

function rowOf(state: CustomerState): string {
  const { totals } = state;
  const balance = (id: string) => {
    const account = accountOf(state, id);
    return account === undefined ? 0 : account.active - account.debt;
  };
  const last = totals.lastPurchaseAt === null ? '' : formatInstant(totals.lastPurchaseAt, 'Europe/London');
  const completions = CAMPAIGNS.map((id) => progressOf(state, id)?.completions ?? 0);
  return [
    state.id,
    totals.purchases,
    totals.returns,
    totals.net,
    last,
    balance('stars'),
    balance('status'),
    tierOf(state, 'main')?.level,
    ...completions,
  ].join(',');
}

function eventOf(line: string): Event {
  const event = JSON.parse(line) as Event & { time: unknown };
  return { ...event, time: parseInstant(event.time as unknown as string)! };
}

function dataFolder(): string | undefined {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const found = join(at, '..', 'shared', 'data', 'online-retail');
    if (existsSync(join(at, 'package.json')) && existsSync(found)) return found;
  }
  return undefined;
}
