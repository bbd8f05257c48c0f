/**
 * The journal on a real disk: tearing, damage, kills, rotation, readers beside a writer. It is long because every kind of
 * fault is tried on the same journal.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t, { type Test } from 'tap';
import { limits } from '../../actors/limits.js';
import type { Log } from '../log.js';
import { silent } from '../log.js';
import { Environment, type WriteBatch } from '../storage/lmdb.js';
import { entriesOf } from '../testing/journal-writer.js';
import { JournalClosed, JournalDamaged, JournalGone } from './damage.js';
import { Journal, type JournalOptions } from './journal.js';
import { sequenceOf } from './position.js';
import { encodeRecord } from './record.js';
import { segmentName } from './segment.js';

const SEED = Number(process.env.REGULARS_SEED ?? Date.now() % 1_000_000);
t.comment(`REGULARS_SEED=${SEED}`);

function folder(t: Test): string {
  const dir = mkdtempSync(join(tmpdir(), 'regulars-journal-'));
  t.teardown(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'journal');
}

function open(dir: string, options: Partial<JournalOptions> = {}): Journal {
  return Journal.open(dir, { log: silent, ...options });
}

/** Appends records up to `last` and waits until they are durable. */
async function fill(journal: Journal, last: number): Promise<void> {
  const durable: Promise<void>[] = [];
  while (journal.last < last) durable.push(journal.append(journal.last + 1, entriesOf(journal.last + 1)).durable);
  await Promise.all(durable);
}

/** That every record and every entry is what it was, read both ways. */
function intact(t: Test, journal: Journal, first: number, last: number): void {
  let next = first;
  for (const { record, stamp, entries } of journal.records(first)) {
    if (record !== next || stamp !== record) t.fail(`record ${record} came where ${next} was due`);
    const expected = entriesOf(record);
    if (entries.length !== expected.length) t.fail(`record ${record} has ${entries.length} entries`);
    expected.forEach((entry, index) => {
      const read = journal.read(sequenceOf(record, index));
      if (read === undefined || read === 'gone') {
        t.fail(`entry ${record}.${index} is ${read}`);
        return;
      }
      for (const found of [read, entries[index]!]) {
        const same = found.shard === entry.shard && found.stamp === record && found.entry.equals(entry.entry);
        if (!same || !found.outcomes.equals(entry.outcomes)) t.fail(`entry ${record}.${index} differs`);
      }
    });
    next++;
  }
  t.equal(next - 1, last, `records ${first} to ${last} are intact`);
  t.equal(journal.last, last);
  t.equal(journal.read(sequenceOf(last + 1, 0)), undefined, 'and none after');
}

/** Writes a record's value straight into a segment, behind the journal's back. */
async function overwrite(dir: string, first: number, record: number, bytes: Uint8Array | undefined): Promise<void> {
  const environment = new Environment(join(dir, segmentName(first)));
  const table = environment.table('records', 'numbers');
  await environment.write((batch) =>
    bytes === undefined ? batch.remove(table, record - first + 1) : batch.put(table, record - first + 1, bytes),
  );
  await environment.close();
}

function warnings(): { log: Log; seen: { event: string; details: Readonly<Record<string, unknown>> }[] } {
  const seen: { event: string; details: Readonly<Record<string, unknown>> }[] = [];
  return { seen, log: { ...silent, warn: (event, details) => void seen.push({ event, details: details ?? {} }) } };
}

t.test('what was appended is there, at once, when durable, and after opening again', async (t) => {
  const dir = folder(t);
  const journal = open(dir);
  t.equal(journal.last, 0);
  t.equal(journal.oldest, 1);
  t.same([...journal.records(1)], []);
  const { record, durable } = journal.append(1, entriesOf(1));
  t.equal(record, 1);
  t.equal(journal.durable, 0);
  const flying = journal.read(sequenceOf(1, 1));
  t.ok(
    flying && flying !== 'gone' && flying.entry.equals(Buffer.from('entry 1.1')),
    'an entry on its way to disk is read',
  );
  t.equal(journal.read(sequenceOf(1, 2)), undefined, 'the record has two entries');
  t.same([...journal.records(1)], [], 'records() gives only durable ones');
  await durable;
  t.equal(journal.durable, 1);
  t.equal(journal.read(sequenceOf(1, 2)), undefined, 'still two when on disk');
  for (const sequence of [0, -1, Number.NaN, 4095]) t.equal(journal.read(sequence), undefined);
  await fill(journal, 50);
  intact(t, journal, 1, 50);
  await journal.close();
  const again = open(dir);
  t.equal(again.durable, 50);
  intact(t, again, 1, 50);
  t.equal(again.append(51, entriesOf(51)).record, 51);
  await again.close();
});

t.test('a full segment is sealed and the next one goes on, however fast records come', async (t) => {
  const dir = folder(t);
  const journal = open(dir, { segmentBytesMax: 20_000 });
  // All in one run: several segments are opened while nothing at all is on disk yet.
  await fill(journal, 300);
  const segments = journal.segments();
  t.ok(segments.length > limits.openSegmentsMax + 5, `${segments.length} segments, more than may be open`);
  segments.forEach(({ first, sealed }, i) => {
    t.equal(first, i === 0 ? 1 : segments[i - 1]!.last + 1);
    t.equal(sealed, i < segments.length - 1);
  });
  intact(t, journal, 1, 300);
  for (let i = 0; i < 300; i++) {
    const record = 1 + ((i * 7919) % 300);
    const read = journal.read(sequenceOf(record, 0));
    if (!read || read === 'gone' || read.entry.toString() !== `entry ${record}.0`) t.fail(`record ${record}`);
  }
  await journal.close();
  const again = open(dir, { segmentBytesMax: 20_000 });
  t.same(
    again.segments().map(({ first, last }) => [first, last]),
    segments.map(({ first, last }) => [first, last]),
  );
  intact(t, again, 1, 300);
  await fill(again, 320);
  intact(t, again, 1, 320);
  await again.close();
});

t.test('records() goes on while others append and segments close and open', async (t) => {
  const journal = open(folder(t), { segmentBytesMax: 20_000 });
  await fill(journal, 200);
  let next = 1;
  for (const { record } of journal.records(1)) {
    if (record !== next++) t.fail(`record ${record} came`);
    if (record % 10 === 0) await fill(journal, journal.last + 1);
  }
  t.equal(next, 201, 'it ends where the journal was when it began');
  t.same(
    [...journal.records(5, 8)].map(({ record }) => record),
    [5, 6, 7, 8],
  );
  await journal.close();
});

t.test('dropping deletes whole sealed segments, and what was dropped is gone for good', async (t) => {
  const dir = folder(t);
  const journal = open(dir, { segmentBytesMax: 20_000 });
  await fill(journal, 100);
  const [, second, third] = journal.segments();
  const before = journal.segments().length;
  await journal.drop(third!.last - 1);
  t.equal(journal.segments().length, before - 2, 'the third is not whole below the mark');
  t.equal(journal.oldest, third!.first);
  t.equal(journal.read(sequenceOf(second!.last, 0)), 'gone');
  t.throws(() => [...journal.records(second!.last)], JournalGone);
  intact(t, journal, third!.first, 100);
  await journal.drop(1_000_000);
  t.equal(journal.segments().length, 1, 'the one written to stays');
  const { first } = journal.segments()[0]!;
  t.same(readdirSync(dir), [segmentName(first)], 'no files are left');
  await journal.close();
  // What a crash in the middle of deleting leaves.
  mkdirSync(join(dir, segmentName(1) + '.dropped'));
  const again = open(dir, { segmentBytesMax: 20_000 });
  t.equal(again.oldest, first);
  t.equal(again.last, 100);
  t.same(readdirSync(dir), [segmentName(first)]);
  t.equal(again.append(101, entriesOf(101)).record, 101, 'numbers go on');
  await again.close();
});

t.test('a journal whose only segment is empty goes on from its number', async (t) => {
  const dir = folder(t);
  const journal = open(dir, { segmentBytesMax: 1 });
  await fill(journal, 3);
  await journal.drop(3);
  t.same(
    journal.segments().map(({ first, last }) => [first, last]),
    [[4, 3]],
  );
  await journal.close();
  const again = open(dir);
  t.equal(again.last, 3);
  t.equal(again.oldest, 4);
  t.equal(again.read(sequenceOf(3, 0)), 'gone');
  await fill(again, 4);
  intact(t, again, 4, 4);
  await again.close();
});

t.test('the newest record torn or cut at every byte is removed with a warning, all others stay', async (t) => {
  const dir = folder(t);
  const whole = encodeRecord(6, 6, [{ shard: 1, entry: Buffer.from('entry'), outcomes: Buffer.from('outcomes') }]);
  const first = open(dir);
  await fill(first, 6);
  await first.close();
  const torn: [string, Buffer][] = [];
  for (let length = 0; length < whole.length; length++) {
    const cut = whole.subarray(0, length);
    torn.push([`cut at ${length}`, cut]);
    torn.push([`zeros from ${length}`, Buffer.concat([cut, Buffer.alloc(whole.length - length)])]);
    torn.push([`garbage from ${length}`, Buffer.concat([cut, Buffer.alloc(whole.length - length, 0xa5)])]);
  }
  torn.push(['zeros after the end', Buffer.concat([whole, Buffer.alloc(16)])]);
  torn.push(['another record', encodeRecord(7, 6, [{ shard: 1, entry: Buffer.from('e'), outcomes: Buffer.alloc(0) }])]);
  let checked = 0;
  for (const [name, bytes] of torn) {
    if (bytes.equals(whole)) continue;
    await overwrite(dir, 1, 6, bytes);
    const { log, seen } = warnings();
    const journal = open(dir, { log });
    if (journal.last !== 5 || journal.durable !== 5) t.fail(`${name}: the journal ends at ${journal.last}`);
    if (seen.length !== 1 || seen[0]!.event !== 'journal_record_removed' || seen[0]!.details.record !== 6) {
      t.fail(`${name}: warned ${JSON.stringify(seen)}`);
    }
    let kept = 0;
    for (const { record, entries } of journal.records(1)) {
      if (entries[0]!.entry.toString() === `entry ${record}.0`) kept++;
    }
    if (kept !== 5) t.fail(`${name}: ${kept} earlier records are intact`);
    await fill(journal, 6);
    await journal.close();
    checked++;
  }
  t.ok(checked > 150, `${checked} ways to tear it`);
  const journal = open(dir);
  intact(t, journal, 1, 6);
  await journal.close();
});

t.test('a torn record that was the only one of its segment goes with the segment', async (t) => {
  const dir = folder(t);
  const journal = open(dir, { segmentBytesMax: 1 });
  await fill(journal, 3);
  await journal.close();
  await overwrite(dir, 3, 3, Buffer.alloc(10));
  const { log, seen } = warnings();
  const again = open(dir, { segmentBytesMax: 1, log });
  t.equal(seen.length, 1);
  intact(t, again, 1, 2);
  await fill(again, 5);
  intact(t, again, 1, 5);
  await again.close();
});

t.test('an empty segment opened ahead of a crash is no gap', async (t) => {
  const dir = folder(t);
  const journal = open(dir);
  await fill(journal, 3);
  await journal.close();
  // Record 4 closed the segment and never reached the disk; 5 would have been next.
  const empty = new Environment(join(dir, segmentName(5)));
  empty.table('records', 'numbers');
  await empty.close();
  mkdirSync(join(dir, segmentName(9)));
  const again = open(dir);
  intact(t, again, 1, 3);
  await fill(again, 6);
  intact(t, again, 1, 6);
  await again.close();
  t.same(readdirSync(dir), [segmentName(1)]);
});

t.test('damage anywhere but at the end is refused, naming the record, the segment and the mend', async (t) => {
  const bad = Buffer.alloc(60, 1);
  const cases: [string, (dir: string) => Promise<void> | void, RegExp][] = [
    [
      'a record missing within a segment',
      (dir) => overwrite(dir, 1, 2, undefined),
      /segment 000000000001: the segment holds .* records where its numbers say/,
    ],
    [
      'two bad ones at the end',
      async (dir) => {
        await overwrite(dir, 21, 29, bad);
        await overwrite(dir, 21, 30, bad);
      },
      /journal record 29 in segment 000000000021: .*magic.*restore the newest backup/,
    ],
    [
      'a bad one at the end and one before it in another segment',
      async (dir) => {
        for (let record = 22; record <= 30; record++) await overwrite(dir, 21, record, undefined);
        await overwrite(dir, 21, 21, bad);
        await overwrite(dir, 11, 20, bad);
      },
      /journal record 20 in segment 000000000011/,
    ],
    [
      'a segment missing in the middle',
      (dir) => rmSync(join(dir, segmentName(11)), { recursive: true }),
      /journal record 11 in segment 000000000001: records 11 to 20 are missing/,
    ],
    [
      'an end missing in the middle',
      (dir) => overwrite(dir, 11, 20, undefined),
      /journal record 20 in segment 000000000011: records 20 to 20 are missing/,
    ],
    [
      'a newest record of a newer version',
      (dir) => {
        const newer = encodeRecord(30, 1, [{ shard: 1, entry: Buffer.from('e'), outcomes: Buffer.alloc(0) }]);
        newer[4] = 2;
        return overwrite(dir, 21, 30, newer);
      },
      /record 30 .*start the version that wrote it/,
    ],
  ];
  for (const [name, damage, message] of cases) {
    const dir = folder(t);
    await threeSegments(dir);
    await damage(dir);
    for (const readOnly of [true, false]) {
      const error = thrown(() => open(dir, { readOnly }));
      t.ok(error instanceof JournalDamaged, name);
      t.match(error?.message, message, name);
    }
  }
});

/** Records 1 to 10, 11 to 20 and 21 to 30 in a segment each. */
async function threeSegments(dir: string): Promise<void> {
  for (const first of [1, 11, 21]) {
    mkdirSync(join(dir, segmentName(first)), { recursive: true });
    for (let record = first; record < first + 10; record++) {
      await overwrite(dir, first, record, encodeRecord(record, record, entriesOf(record)));
    }
  }
}

function thrown(run: () => unknown): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

t.test('damage found while reading is an error for the reader, and never skipped', async (t) => {
  const dir = folder(t);
  await threeSegments(dir);
  const bytes = encodeRecord(15, 15, entriesOf(15));
  bytes[bytes.length - 1]! ^= 1;
  await overwrite(dir, 11, 15, bytes);
  const journal = open(dir);
  t.throws(() => [...journal.records(1)], { name: 'JournalDamaged', record: 15, segment: segmentName(11) });
  t.throws(() => journal.read(sequenceOf(15, 0)), JournalDamaged);
  t.equal([...journal.records(16)].length, 15);
  await journal.close();
});

/** An environment whose commits fail from the `from`-th on, as those of a disk that gives EIO. */
class FailingEnvironment extends Environment {
  static commits = 0;
  static from = Number.POSITIVE_INFINITY;
  override write(fill: (batch: WriteBatch) => void): Promise<unknown> {
    if (++FailingEnvironment.commits >= FailingEnvironment.from)
      return Promise.reject(new Error('EIO: i/o error, fdatasync'));
    return super.write(fill);
  }
}

t.test('after a failed commit nothing is taken any more, and everything under way is rejected once', async (t) => {
  const dir = folder(t);
  FailingEnvironment.commits = 0;
  FailingEnvironment.from = 11;
  const journal = open(dir, {
    segmentBytesMax: 20_000,
    openEnvironment: (path, options) => new FailingEnvironment(path, options),
  });
  await fill(journal, 10);
  const failures: Error[] = [];
  journal.onFailure((error) => failures.push(error));
  const flying = [11, 12, 13].map((record) => journal.append(record, entriesOf(record)));
  for (const { durable } of flying) await t.rejects(durable, JournalClosed);
  t.equal(failures.length, 1, 'onFailure is called once');
  t.match(failures[0]!.message, /EIO/);
  t.throws(() => journal.append(14, entriesOf(14)), /a commit of the journal failed .*EIO/);
  t.equal(journal.durable, 10);
  journal.onFailure((error) => failures.push(error));
  t.equal(failures.length, 2, 'who asks later is told at once');
  await journal.close();
  const again = open(dir);
  intact(t, again, 1, 10);
  await again.close();
});

t.test('a closed journal takes nothing, and closing waits for what is under way', async (t) => {
  const dir = folder(t);
  const journal = open(dir, { segmentBytesMax: 20_000 });
  const { durable } = journal.append(1, entriesOf(1));
  for (let record = 2; record <= 60; record++) void journal.append(record, entriesOf(record));
  const closed = journal.close();
  t.throws(() => journal.append(61, entriesOf(61)), JournalClosed);
  await closed;
  await durable;
  const again = open(dir);
  intact(t, again, 1, 60);
  await again.close();
});

t.test('a second writer that got past the lock is stopped by the first record it numbers twice', async (t) => {
  const dir = folder(t);
  const first = open(dir);
  await fill(first, 3);
  await first.close();
  const journal = open(dir);
  await overwrite(dir, 1, 4, encodeRecord(4, 4, entriesOf(4)));
  const failures: Error[] = [];
  journal.onFailure((error) => failures.push(error));
  await t.rejects(journal.append(4, entriesOf(4)).durable, JournalClosed);
  t.match(failures[0]!.message, /another process/);
  await journal.close();
});

t.test('reading only makes nothing, changes nothing and takes nothing', async (t) => {
  const dir = folder(t);
  const none = open(dir, { readOnly: true });
  t.equal(none.last, 0);
  t.equal(none.oldest, 1);
  t.same(none.segments(), []);
  t.throws(() => none.append(1, entriesOf(1)), /reading only/);
  await none.close();
  t.throws(() => readdirSync(dir), { code: 'ENOENT' });

  await threeSegments(dir);
  await overwrite(dir, 21, 30, Buffer.alloc(7));
  const { log, seen } = warnings();
  for (let i = 0; i < 2; i++) {
    const journal = open(dir, { readOnly: true, log });
    intact(t, journal, 1, 29);
    t.throws(() => journal.drop(10), /reading only/);
    await journal.close();
  }
  t.equal(seen.length, 2, 'the torn end was left for the writer');
});

function writer(dir: string): ChildProcess {
  const script = fileURLToPath(new URL('../testing/journal-writer.js', import.meta.url));
  return spawn(process.execPath, [script, dir, '60000'], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Calls back with each number the writer prints; ends when it has ended. */
async function lines(child: ChildProcess, onLine: (line: string) => void): Promise<void> {
  let rest = '';
  for await (const chunk of child.stdout!) {
    const parts = (rest + String(chunk)).split('\n');
    rest = parts.pop()!;
    for (const line of parts) onLine(line);
  }
}

t.test('killed with kill -9 again and again, every record that was durable is there', async (t) => {
  const dir = folder(t);
  let seed = SEED;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  let durable = 0;
  for (let round = 0; round < 8; round++) {
    const child = writer(dir);
    const killAfter = 1 + Math.floor(random() * 400);
    let printed = 0;
    await lines(child, (line) => {
      if (line.startsWith('open ')) return;
      durable = Math.max(durable, Number(line));
      if (++printed === killAfter) child.kill('SIGKILL');
    });
    const journal = open(dir, { segmentBytesMax: 60_000 });
    t.ok(journal.last >= durable, `round ${round}: ${durable} were durable, ${journal.last} are there`);
    intact(t, journal, 1, journal.last);
    await journal.close();
  }
});

t.test('another process reads while one writes at full speed and seals segments', async (t) => {
  const dir = folder(t);
  const child = writer(dir);
  let durable = 0;
  const ended = lines(child, (line) => {
    if (!line.startsWith('open ')) durable = Math.max(durable, Number(line));
  });
  let reads = 0;
  let last = 0;
  while (last < 1_500) {
    const known = durable;
    const journal = open(dir, { readOnly: true });
    if (journal.last < known || journal.last < last) t.fail(`saw ${journal.last} where ${known} were durable`);
    last = journal.last;
    let next = Math.max(1, last - 50);
    for (const { record } of journal.records(next)) if (record !== next++) t.fail(`record ${record} came`);
    if (next - 1 !== last && last > 0) t.fail(`records() ended at ${next - 1} of ${last}`);
    await journal.close();
    reads++;
    await new Promise((resolve) => setImmediate(resolve));
  }
  child.kill('SIGKILL');
  await ended;
  t.ok(reads > 1, `opened ${reads} times up to record ${last}`);
});

t.test('a record of the next segment is not handed to the disk before the one before it is whole there', async (t) => {
  const dir = folder(t);
  const handed: string[] = [];
  const releases: (() => void)[] = [];
  /** Commits only when it is told to. */
  class Slow extends Environment {
    override async write(fill: (batch: WriteBatch) => void): Promise<unknown> {
      handed.push(this.path);
      await new Promise<void>((resolve) => releases.push(resolve));
      return super.write(fill);
    }
  }
  const journal = open(dir, { segmentBytesMax: 1, openEnvironment: (path, options) => new Slow(path, options) });
  const resolved: number[] = [];
  const all = [1, 2, 3].map((record) =>
    journal.append(record, entriesOf(record)).durable.then(() => resolved.push(record)),
  );
  for (const record of [1, 2, 3]) {
    t.equal(handed.length, record, `record ${record} is handed over`);
    t.equal(journal.durable, record - 1, 'when the one before it is durable');
    releases[record - 1]!();
    await all[record - 1];
  }
  t.same(resolved, [1, 2, 3]);
  await journal.close();
  const again = open(dir);
  intact(t, again, 1, 3);
  await again.close();
});
