/**
 * What operators watch of the engine. The only importer of prom-client here. Labels are bound once and few: never an
 * id, a campaign or a path (DESIGN: rendering 2,000 series holds the loop for 134 ms).
 */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** Counted for each event and told to the counter only when somebody looks. */
class Tally {
  #count = 0;

  inc(): void {
    this.#count++;
  }

  take(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}

export class EngineMetrics {
  readonly entries: Counter;
  readonly events: Readonly<
    Record<'applied' | 'ignored' | 'refused' | 'duplicate' | 'invalid' | 'parked', { inc(): void }>
  >;
  readonly turnSeconds: Histogram;
  readonly turnEntries: Histogram;
  readonly commitSeconds: Histogram;
  readonly checkpointSeconds: Histogram;
  readonly checkpointRows: Counter;
  readonly parkedCustomers: Gauge;
  readonly deadlinesFired: Counter;
  readonly clockParted: Gauge;
  readonly sendsReached: Counter;

  constructor(registry: Registry, read: { [name: string]: () => number }) {
    const registers = [registry];
    this.entries = new Counter({
      name: 'regulars_journal_entries_total',
      help: 'Journal entries appended.',
      registers,
    });
    const events = {
      applied: new Tally(),
      ignored: new Tally(),
      refused: new Tally(),
      duplicate: new Tally(),
      invalid: new Tally(),
      parked: new Tally(),
    };
    this.events = events;
    new Counter({
      name: 'regulars_events_total',
      help: 'Events by what became of them.',
      labelNames: ['status'],
      registers,
      collect() {
        for (const [status, tally] of Object.entries(events)) this.inc({ status }, tally.take());
      },
    });
    this.turnSeconds = new Histogram({
      name: 'regulars_turn_seconds',
      help: 'Time one turn holds the loop: deciding and packing its entries.',
      buckets: SECONDS,
      registers,
    });
    this.turnEntries = new Histogram({
      name: 'regulars_turn_entries',
      help: 'Entries in one turn (one journal record).',
      buckets: [1, 4, 16, 64, 256, 1024, 4096],
      registers,
    });
    this.commitSeconds = new Histogram({
      name: 'regulars_journal_commit_seconds',
      help: 'From appending a record to its fsync.',
      buckets: SECONDS,
      registers,
    });
    this.checkpointSeconds = new Histogram({
      name: 'regulars_checkpoint_slice_seconds',
      help: 'From packing a slice of rows to its fsync.',
      buckets: SECONDS,
      registers,
    });
    this.checkpointRows = new Counter({
      name: 'regulars_checkpoint_rows_total',
      help: 'Customer rows written by the checkpoint.',
      registers,
    });
    this.parkedCustomers = new Gauge({
      name: 'regulars_parked_customers',
      help: 'Customers whose next entry could not be judged; alarm above 0.',
      registers,
    });
    this.deadlinesFired = new Counter({
      name: 'regulars_deadlines_fired_total',
      help: 'Deadlines that woke a customer.',
      registers,
    });
    this.clockParted = new Gauge({
      name: 'regulars_clock_parted',
      help: '1 while deadlines are held because wall and monotonic clock disagree; alarm above 0.',
      registers,
    });
    this.sendsReached = new Counter({
      name: 'regulars_sends_customers_total',
      help: 'Customers to whom a run of a campaign without behavior gave its outcomes.',
      registers,
    });
    addGauges(registry, gauges(read));
  }
}

/** By name: help, and what is read when somebody looks. */
type Gauges = Readonly<Record<string, readonly [help: string, value: () => number]>>;

export function addGauges(registry: Registry, gauges: Gauges): void {
  for (const [name, [help, value]] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(value());
      },
    });
  }
}

function gauges(read: { [name: string]: () => number }): Gauges {
  return {
    regulars_inbox_events: ['Events waiting for a turn.', read.inbox!],
    regulars_resident_customers: ['Customers with an actor in memory.', read.residents!],
    regulars_resident_bytes: ['Estimated heap of resident customers, bytes.', read.residentBytes!],
    regulars_unapplied_entries: ['Journal entries that a crash now would replay.', read.unapplied!],
    regulars_journal_record: ['Newest journal record.', read.record!],
    regulars_customers: ['Customers known (rows on disk).', read.customers!],
    regulars_sends_open: ['Runs of campaigns without behavior that have not come to every customer yet.', read.sends!],
    regulars_program_version: ['Program version in force.', read.program!],
    regulars_storage_low: ['1 while writes are refused because the disk is nearly full; alarm above 0.', read.low!],
  };
}
