/**
 * Runs of sends (PROGRAM: Campaigns, campaigns without behavior): for every campaign that ever was one, since when its
 * schedule is published, the instant of its last run, and the run under way with how far it has come.
 *
 * A fold over control entries; the rows stand in the control table. Invariants: (1) a campaign has at most one run under
 * way; (2) `cursor` moves in the same journal record as the customers it passes, so that a crash repeats and loses
 * nobody; (3) a row is replaced, never changed, and stays when its campaign goes, so that it is not sent again.
 */
import type { ProgramDocument } from '../actors/program/document.js';
import { scheduleSignature } from '../actors/program/send.js';
import type { JournalEntry } from './journal/entry.js';

/** Table of control rows. */
export const RUNS = '#send';

export interface SendRow {
  /** The schedule now published, and since when (ms); null while the program has no such campaign. */
  readonly signature: string | null;
  readonly since: number;
  /** Instant of the newest run, ms; null before the first. */
  readonly lastAt: number | null;
  readonly run: Run | null;
}

/** A run under way. */
export interface Run {
  /** Sequence of the entry that opened it. */
  readonly number: number;
  /** Its instant, ms: the time of its outcomes. */
  readonly at: number;
  /** The last customer passed, in the order of the rows; '' before the first. */
  readonly cursor: string;
  /** Customers who were given something, and those passed over because they are on event time. */
  readonly reached: number;
  readonly passedOver: number;
}

type RunOpened = Extract<JournalEntry, { kind: 'runOpened' }>;
type RunMoved = Extract<JournalEntry, { kind: 'runMoved' }>;

export class Runs {
  private readonly rows = new Map<string, SendRow>();
  private readonly open = new Map<string, Run>();

  /** `changed` is told of every row that is not as it was. */
  constructor(private readonly changed: (campaignId: string, row: SendRow) => void) {}

  /** A row as it stands. */
  load(campaignId: string, row: SendRow): void {
    this.rows.set(campaignId, row);
    if (row.run === null) this.open.delete(campaignId);
    else this.open.set(campaignId, row.run);
  }

  of(campaignId: string): SendRow | undefined {
    return this.rows.get(campaignId);
  }

  /** Those under way, by campaign, in the order of their opening. */
  underWay(): readonly (readonly [campaignId: string, run: Run])[] {
    return [...this.open].sort((a, b) => a[1].number - b[1].number);
  }

  /** A program was published at `at` (ms): its schedules count from then, those that stood before from when they did. */
  published(document: ProgramDocument, at: number): void {
    const sends = new Set<string>();
    for (const campaign of document.campaigns ?? []) {
      const signature = scheduleSignature(campaign, document.timeZone);
      if (signature === undefined) continue;
      sends.add(campaign.id);
      const row = this.rows.get(campaign.id);
      if (row?.signature === signature) continue;
      this.put(campaign.id, { signature, since: at, lastAt: row?.lastAt ?? null, run: row?.run ?? null });
    }
    for (const [campaignId, row] of this.rows) {
      if (row.signature !== null && !sends.has(campaignId)) this.put(campaignId, { ...row, signature: null });
    }
  }

  opened({ campaignId, at }: RunOpened, sequence: number): void {
    const row = this.rows.get(campaignId)!;
    this.put(campaignId, {
      ...row,
      lastAt: at,
      run: { number: sequence, at, cursor: '', reached: 0, passedOver: 0 },
    });
  }

  moved({ campaignId, run: number, cursor, reached, passedOver, ended }: RunMoved): void {
    const row = this.rows.get(campaignId);
    // On replay the row may stand beyond this entry already.
    if (row?.run?.number !== number) return;
    this.put(campaignId, { ...row, run: ended ? null : { ...row.run, cursor, reached, passedOver } });
  }

  private put(campaignId: string, row: SendRow): void {
    this.load(campaignId, row);
    this.changed(campaignId, row);
  }
}
