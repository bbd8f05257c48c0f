/**
 * What a journal's folder holds when it is opened, and what a crash may have left at its end.
 *
 * Only the end is ever mended, and only what was never acknowledged: empty segments that were opened ahead, and a
 * newest record that does not check out. Everything else that does not fit is damage and opens nothing.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log.js';
import { makeFolder } from '../storage/folder.js';
import { JournalDamaged } from './damage.js';
import { DROPPED, type OpenEnvironment, Segment, segmentFirst, segmentName, UNNAMED } from './segment.js';

export interface LoadedSegments {
  /** Ascending; all but the last are sealed. Never empty unless read-only. */
  readonly segments: Segment[];
  /** Newest intact record; 0 when there never was one. */
  readonly newest: number;
}

/** Throws JournalDamaged where records are missing or damaged before the newest, or were written by a newer version. */
export function loadSegments(
  dir: string,
  readOnly: boolean,
  openEnvironment: OpenEnvironment,
  log: Log,
): LoadedSegments {
  if (!readOnly) {
    makeFolder(dir);
    for (const name of readdirSync(dir)) {
      if (name.endsWith(DROPPED) || name.endsWith(UNNAMED)) rmSync(join(dir, name), { recursive: true, force: true });
    }
  }
  let segments: Segment[] = [];
  try {
    segments = scan(dir, readOnly, openEnvironment);
    dropEmptyEnd(segments, readOnly);
    checkDense(segments);
    dropTornEnd(segments, readOnly, log);
    if (segments.length === 0 && !readOnly) {
      const segment = new Segment(dir, 1, false, openEnvironment);
      segment.create();
      segments.push(segment);
    }
  } catch (error) {
    for (const segment of segments) void segment.close();
    throw error;
  }
  return { segments, newest: segments.at(-1)?.last ?? 0 };
}

/** Newest first: beside a running node, a record seen in one segment means that all before it are seen too. */
function scan(dir: string, readOnly: boolean, openEnvironment: OpenEnvironment): Segment[] {
  const names = existsSync(dir) ? readdirSync(dir) : [];
  const firsts = names.map(segmentFirst).filter((first) => first !== undefined);
  firsts.sort((a, b) => b - a);
  const segments: Segment[] = [];
  for (const first of firsts) {
    const segment = new Segment(dir, first, readOnly, openEnvironment);
    segment.sealed = segments.length > 0;
    try {
      segment.scan();
    } catch (error) {
      for (const opened of segments) void opened.close();
      void segment.close();
      if (error instanceof JournalDamaged) throw error;
      throw new JournalDamaged(first, segmentName(first), `cannot be opened: ${(error as Error).message}`);
    }
    // The node dropped it between listing and opening.
    if (readOnly && segment.isEmpty && !existsSync(join(dir, segment.name))) continue;
    if (segment.sealed) void segment.close();
    segments.push(segment);
  }
  return segments.reverse();
}

/** A segment opened ahead, before its first record was on disk. */
function dropEmptyEnd(segments: Segment[], readOnly: boolean): void {
  while (segments.length > 1 && segments.at(-1)!.isEmpty) {
    const empty = segments.pop()!;
    if (readOnly) void empty.close();
    else empty.dropEmpty();
    reopen(segments.at(-1)!);
  }
}

function checkDense(segments: readonly Segment[]): void {
  for (let i = 1; i < segments.length; i++) {
    const before = segments[i - 1]!;
    const missing = before.last + 1;
    const { first, name } = segments[i]!;
    if (missing < first)
      throw new JournalDamaged(missing, before.name, `records ${missing} to ${first - 1} are missing`);
    if (missing > first) throw new JournalDamaged(first, name, `the segment before it goes to record ${before.last}`);
  }
}

/** See above: the newest record, where it does not check out, was torn while it was written. */
function dropTornEnd(segments: Segment[], readOnly: boolean, log: Log): void {
  const segment = segments.at(-1);
  if (segment === undefined || segment.isEmpty) return;
  const record = segment.last;
  const bytes = segment.read(record, false);
  const decoded = segment.decode(record, bytes);
  if (!('torn' in decoded)) return;
  if (decoded.newer === true)
    throw new JournalDamaged(record, segment.name, decoded.torn + '; start the version that wrote it');
  // Removed only when the one before it is whole: two bad ones are not the trace of one interrupted write.
  const before = record - 1 >= segment.first ? segment : segments.at(-2);
  before?.verified(record - 1, before.read(record - 1, false));
  log.warn('journal_record_removed', {
    record,
    segment: segment.name,
    bytes: bytes?.length ?? 0,
    reason: decoded.torn,
    detail:
      'the newest record was not whole, so it was never acknowledged; whoever sent it gets no reply and repeats it',
  });
  if (readOnly) segment.last--;
  else segment.removeLast();
  dropEmptyEnd(segments, readOnly);
}

/** The segment before a dropped one is written to again. */
function reopen(segment: Segment): void {
  void segment.close();
  segment.sealed = false;
}
