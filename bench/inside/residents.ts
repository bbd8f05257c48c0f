/** Waking customers from their rows (file in the system's cache), and what each weighs while it is in memory. */
import { judge } from '../../actors/customer/judge.js';
import { NOTHING_TAKEN } from '../../actors/customer/shared-limits.js';
import type { CustomerState } from '../../actors/customer/state.js';
import type { Sealer } from '../../engine/journal/entry.js';
import { hashName, Memory } from '../../engine/memory.js';
import { Residents } from '../../engine/residents.js';
import { encodeRow, Rows } from '../../engine/rows.js';
import type { InsideFact, InsideOrder } from './order.js';
import { microsEach, NO_HISTORY, program, steps } from './year.js';

const CUSTOMERS = 20_000;
const PURCHASES = 10;
const CAMPAIGNS = 10;
const ROWS_PER_WRITE = 1_000;

/** Nothing here is personal, so nothing is sealed. */
const OPEN: Sealer = { seal: (_, bytes) => bytes, open: (_, sealed) => sealed };

export async function measureResidents(order: InsideOrder): Promise<InsideFact[]> {
  const customers = Math.round(CUSTOMERS * order.scale);
  const rows = new Rows(order.folder);
  const rowBytes = await writeRows(rows, customers);
  const wake: number[] = [];
  const weight: number[] = [];
  const ids = Array.from({ length: customers }, (_, i) => idOf((i * 7_919) % customers));
  for (let round = 0; round <= order.rounds; round++) {
    const residents = new Residents(rows, OPEN, Number.POSITIVE_INFINITY);
    const before = heldBytes();
    const micros = microsEach(customers, () => {
      for (const id of ids) residents.wake(id);
    });
    const held = (heldBytes() - before) / customers;
    if (residents.count !== customers) throw new Error(`${residents.count} of ${customers} customers woke`);
    if (round === 0) continue;
    wake.push(micros);
    weight.push(held);
  }
  await rows.close();
  const seen = `with ${PURCHASES} purchases`;
  return [
    { id: 'wake', title: `wake a customer ${seen} from disk: row, decode, actor`, unit: 'µs', values: wake },
    { id: 'resident-bytes', title: `memory of a resident customer ${seen}`, unit: 'bytes', values: weight },
    { id: 'row-bytes', title: `row of a customer ${seen}`, unit: 'bytes', values: [rowBytes] },
  ];
}

/** Returns the mean size of a row. */
async function writeRows(rows: Rows, customers: number): Promise<number> {
  const rules = program(CAMPAIGNS);
  const states: CustomerState[] = [];
  const memories: Memory[] = [];
  for (const { customer, entry } of steps(customers, PURCHASES)) {
    states[customer] = judge(states[customer], entry, rules, NO_HISTORY, NOTHING_TAKEN).state;
    memories[customer] ??= new Memory();
    if (entry.kind !== 'event') continue;
    const until = entry.stamp + 30 * 86_400_000;
    memories[customer].add(hashName('e', entry.event.id, entry.event.source), 4096, until);
    memories[customer].add(hashName('t', entry.event.id), 4096, Number.POSITIVE_INFINITY);
  }
  let bytes = 0;
  for (let first = 0; first < customers; first += ROWS_PER_WRITE) {
    const packed: Buffer[] = [];
    for (let i = first; i < Math.min(customers, first + ROWS_PER_WRITE); i++) {
      const row = encodeRow(
        {
          sequence: 4096,
          state: states[i]!,
          memory: memories[i]!,
          entries: PURCHASES,
          tail: Array.from({ length: PURCHASES }, (_, n) => n * 4096),
          due: null,
          waiting: false,
          parked: [],
          mergedInto: null,
        },
        OPEN,
      );
      bytes += row.length;
      packed.push(row);
    }
    await rows.write((batch) => {
      packed.forEach((row, n) => {
        batch.put(rows.customers, idOf(first + n), row);
      });
    });
  }
  return bytes / customers;
}

function idOf(i: number): string {
  return `c${String(i).padStart(7, '0')}`;
}

/** Heap and buffers, after everything unused is gone. */
function heldBytes(): number {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) throw new Error('start with --expose-gc');
  collect();
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
