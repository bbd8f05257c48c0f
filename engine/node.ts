/**
 * One node: the engine put together. The only place that names concrete adapters (journal and rows in LMDB).
 *
 * Owns: the order in which parts open, fail and close. Its life is a line, not a drawing: opening → ready → (low disk
 * ⇄ ready) → stopping → closed, and failed from anywhere. Failed is final (DESIGN D12): held replies are rejected,
 * nothing is served, the owner of the process exits.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Registry as MetricsRegistry } from 'prom-client';
import { limits } from '../actors/limits.js';
import { Bases } from './bases.js';
import { Checkpoint } from './checkpoint.js';
import { CodeLists } from './code-lists.js';
import { type Engine, EngineError } from './contract.js';
import { Control } from './control.js';
import { Customers } from './customers.js';
import { Deadlines } from './deadlines.js';
import { deskOf, type NodeExtras } from './desk.js';
import { DiskGuard } from './disk.js';
import { Explanations } from './explanations.js';
import { Follower } from './follower.js';
import { Gate } from './gate.js';
import type { Ship } from './journal/flight.js';
import { Journal } from './journal/journal.js';
import { lockFolder } from './lockfile.js';
import type { Log } from './log.js';
import { Merges } from './merges.js';
import { EngineMetrics } from './metrics.js';
import { Reader } from './reader.js';
import { Recall } from './recall.js';
import { recover } from './recovery.js';
import { Residents } from './residents.js';
import { Retention } from './retention.js';
import { Rows } from './rows.js';
import { Sends } from './sends.js';
import { SharedCounts } from './shared-counts.js';
import { Standings } from './standings.js';
import { Tails } from './tail.js';
import { Turns } from './turns.js';
import { type SharedKeys, Vault } from './vault/vault.js';
import { Views } from './views.js';

export interface NodeOptions {
  /** Everything the node keeps is below this folder. */
  readonly dataDir: string;
  /** 32 bytes; absent: made once and kept in `<dataDir>/node.key`. */
  readonly nodeKey?: Uint8Array;
  readonly log: Log;
  readonly metrics: MetricsRegistry;
  readonly now?: () => number;
  /** How long journal segments are kept, ms; absent: for good. */
  readonly keepJournalMs?: number;
  readonly segmentBytesMax?: number;
  readonly residentBytesMax?: number;
  readonly freeDiskBytesMin?: number;
  readonly checkpointEveryMs?: number;
  /** The node is one of a cluster: it follows until it is told to lead. Absent: it stands alone. */
  readonly cluster?: ClusterSide;
  /** Called once when the node has failed for good. The process should exit, and not with 0. */
  readonly onFailure?: (error: Error) => void;
}

/** What a node of a cluster shares with the others. */
export interface ClusterSide {
  /** Where a record must be safe before it counts. Rejects where this node does not lead any more. */
  readonly ship: Ship;
  readonly keys: SharedKeys;
}

/** Opens the data folder, replays what a crash left, and is ready. What was opened is closed again where it throws. */
export async function openNode(options: NodeOptions): Promise<Engine & NodeExtras> {
  const opened: (() => unknown)[] = [];
  try {
    return await open(options, opened);
  } catch (error) {
    for (const close of opened.reverse()) await close();
    throw error;
  }
}

async function open(options: NodeOptions, opened: (() => unknown)[]): Promise<Engine & NodeExtras> {
  const { dataDir, log } = options;
  const now = options.now ?? Date.now;
  const started = performance.now();
  mkdirSync(dataDir, { recursive: true });
  const lock = lockFolder(dataDir);
  opened.push(() => lock.release());
  const { cluster } = options;
  const vault = Vault.open(dataDir, options.nodeKey, { shared: cluster?.keys });
  opened.push(() => vault.close());
  const journal = Journal.open(join(dataDir, 'journal'), {
    segmentBytesMax: options.segmentBytesMax,
    ship: cluster?.ship,
    log,
  });
  opened.push(() => journal.close());
  const rows = new Rows(join(dataDir, 'state'));
  opened.push(() => rows.close());
  const gate = new Gate(journal.last);
  const residents = new Residents(rows, vault, options.residentBytesMax);
  const reader = new Reader(journal, vault);
  const recall = new Recall(rows, reader, residents);
  const control = new Control(rows);
  const shared = new SharedCounts(rows);
  const tails = new Tails(journal, gate, vault);
  const guard = DiskGuard.start(
    dataDir,
    options.freeDiskBytesMin ?? limits.freeDiskBytesMin,
    limits.freeDiskEveryMs,
    (low) =>
      log[low ? 'error' : 'info'](low ? 'storage_low' : 'storage_recovered', {
        freeBytesMin: options.freeDiskBytesMin ?? limits.freeDiskBytesMin,
      }),
  );

  opened.push(() => guard.stop());

  const life: { failure: Error | undefined; stopping: boolean } = { failure: undefined, stopping: false };
  let opening = true;
  let closing = false;
  const fail = (error: Error): void => {
    // While it opens, whatever fails is thrown to whoever opens it.
    if (opening || life.failure !== undefined) return;
    life.failure = error;
    log.error('node_failed', {
      error: error.message,
      detail: 'unanswered requests have an unknown outcome; a repeat after the restart tells',
    });
    deadlines.stop();
    sends.stop();
    gate.fail(
      new EngineError(
        'storage_failed',
        'the node could not write its journal; the outcome is unknown, repeat to learn it',
      ),
    );
    turns.fail(() => new EngineError('storage_failed', 'the node could not write its journal and has stopped'));
    options.onFailure?.(error);
  };

  const metrics = new EngineMetrics(options.metrics, {
    inbox: () => turns.queued,
    residents: () => residents.count,
    residentBytes: () => residents.heapBytes,
    unapplied: () => checkpoint.unapplied,
    record: () => journal.last,
    customers: () => rows.customers.count,
    program: () => control.program?.version ?? 0,
    sends: () => control.runs.underWay().length,
    low: () => (guard.low ? 1 : 0),
  });
  const checkpoint = new Checkpoint(
    rows,
    residents,
    gate,
    vault,
    metrics,
    () => journal.last,
    () => control.importClosedAt,
    fail,
    now,
  );
  control.attach(checkpoint);
  shared.attach(checkpoint, () => control.codeSecret);
  const merges = new Merges(residents, recall, checkpoint);
  const customers = new Customers(residents, recall, reader, checkpoint, shared, vault, metrics, log, merges);
  journal.onFailure(fail);
  const parts = { residents, customers, merges, control, checkpoint, recall, shared, sealer: vault };
  const recovered = await recover({ ...parts, journal, rows });
  const turns = new Turns(
    journal,
    gate,
    customers,
    merges,
    control,
    checkpoint,
    reader,
    vault,
    metrics,
    now,
    (turn) => tails.follow(turn),
    fail,
    recovered.lastStamp,
  );
  const deadlines = new Deadlines(rows, turns, metrics, log, () => control.importClosedAt, now);
  const sends = new Sends(
    rows,
    turns,
    control,
    customers,
    checkpoint,
    metrics,
    log,
    () => deadlines.held || guard.low,
    now,
  );
  opening = false;
  const bases = new Bases(join(dataDir, 'bases'));
  const standings = new Standings(rows, residents, vault);
  const views = new Views(standings, residents, control, reader, recall, shared, gate, now, () => journal.last);
  const codes = new CodeLists(control, shared, turns, gate, () => journal.last);
  const explanations = new Explanations(standings, control, reader, recall, gate, vault, bases);
  const order = {
    dataDir,
    nodeKey: options.nodeKey === undefined ? null : Buffer.from(options.nodeKey).toString('base64'),
  };
  const keepMs = options.keepJournalMs ?? Number.POSITIVE_INFINITY;
  const retention = new Retention(journal, bases, order, keepMs, () => rows.needed, now, log);
  if (keepMs !== Number.POSITIVE_INFINITY) retention.start();
  checkpoint.start(options.checkpointEveryMs ?? 250);
  const begin = (): void => {
    deadlines.start();
    sends.start();
  };
  const follower =
    cluster === undefined ? undefined : new Follower(journal, gate, vault, parts, recovered.lastStamp, fail);
  if (follower === undefined) begin();
  else turns.refuse(() => new EngineError('shard_stopped', 'this node follows; another one leads', 1));
  log.info('node_ready', {
    milliseconds: Math.round(performance.now() - started),
    replayedEntries: recovered.entries,
    replayMilliseconds: Math.round(recovered.milliseconds),
    record: journal.last,
    program: control.program?.version ?? null,
  });

  return deskOf({
    journal,
    control,
    customers,
    merges,
    checkpoint,
    turns,
    tails,
    views,
    codes,
    explanations,
    deadlines,
    sends,
    retention,
    guard,
    log,
    now,
    life,
    gate,
    follower,
    lead(): void {
      checkpoint.replayed = undefined;
      turns.accept(follower?.lastStamp ?? 0);
      begin();
    },
    async drain(): Promise<void> {
      if (life.stopping) return;
      life.stopping = true;
      deadlines.stop();
      sends.stop();
      if (life.failure !== undefined) return;
      await turns.drained();
      turns.refuse(() => new EngineError('stopping', 'this node is stopping', 1));
      await gate.wait(journal.last);
    },
    async close(): Promise<void> {
      if (closing) return;
      closing = true;
      await this.drain();
      guard.stop();
      await retention.stop();
      if (life.failure === undefined) {
        // Where it fails the node has failed, and said so; what is in the journal is durable all the same.
        await checkpoint.close().catch(() => {});
      }
      await bases.close();
      await rows.close();
      await journal.close();
      await vault.close();
      lock.release();
      log.info('node_closed', {});
    },
  });
}
