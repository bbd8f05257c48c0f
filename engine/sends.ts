/**
 * Campaigns without behavior go to everybody in their target (PROGRAM: Campaigns): opens runs when they are due, and
 * walks each over all customers, a few a turn, between the events.
 *
 * Owns: when a run opens, and its walk. Whether a customer gets anything, the customer decides; where a run stands,
 * `runs.ts` folds. Invariants:
 *  1. In a run is who had an entry before it opened: the walk begins when all of them have rows, in whose order it goes.
 *  2. Customers passed and the cursor that says so stand in one journal record: at most once, and nobody is left out.
 *  3. One step of one run waits at a time, behind the events that wait already; runs take turns.
 *  4. A customer on event time is passed over: what is sent now would end its history (DESIGN D10).
 *  5. A run ends when all are passed, or when its campaign is in the program no more.
 */
import { limits } from '../actors/limits.js';
import type { Campaign, Program } from '../actors/program/program.js';
import { dueRunAt, nextRunAt, type Sending } from '../actors/program/send.js';
import type { Checkpoint } from './checkpoint.js';
import type { Control } from './control.js';
import type { Customers } from './customers.js';
import { encodeEntry, type JournalEntry } from './journal/entry.js';
import { CONTROL_SHARD } from './journal/position.js';
import type { Log } from './log.js';
import type { EngineMetrics } from './metrics.js';
import type { Rows } from './rows.js';
import type { Run, SendRow } from './runs.js';
import type { Turn } from './turn.js';
import type { Turns } from './turns.js';

type SendCampaign = Campaign & Sending;

const NONE = new Uint8Array(0);

export class Sends {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  /** Runs whose customers all have rows. */
  private readonly ready = new Set<number>();
  /** When each campaign's next run opens, as long as campaign and row are the same. */
  private readonly next = new Map<string, { campaign: Campaign; row: SendRow; at: number | null }>();
  private program: Program | undefined;
  private campaigns: readonly SendCampaign[] = [];

  constructor(
    private readonly rows: Rows,
    private readonly turns: Turns,
    private readonly control: Control,
    private readonly customers: Customers,
    private readonly checkpoint: Checkpoint,
    private readonly metrics: EngineMetrics,
    private readonly log: Log,
    /** Nothing is sent now: the clock or the disk is not as it should be. */
    private readonly held: () => boolean,
    private readonly now: () => number,
  ) {}

  start(): void {
    this.timer = setInterval(() => void this.tick(), limits.sendsEveryMs);
    this.timer.unref();
    void this.tick();
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.timer);
  }

  /** Opens what is due and walks what is open, to the end. Called again meanwhile, it looks once more. */
  tick(): Promise<void> {
    this.again = true;
    this.looking ??= this.look().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  private async look(): Promise<void> {
    try {
      while (this.again && !this.stopped && !this.held()) {
        this.again = false;
        await this.openDue();
        while (!this.stopped && !this.held() && (await this.walk())) await this.openDue();
      }
    } catch {
      // The turn could not run: too much waits, or the node is stopping or has failed, and says so itself.
    }
  }

  private async openDue(): Promise<void> {
    const now = this.now();
    const due = this.sending().filter((campaign) => {
      const at = this.nextOf(campaign);
      return at !== null && at <= now;
    });
    for (let i = 0; i < due.length && !this.stopped; i += limits.sendRunsOpenedAtOnceMax) {
      await Promise.all(due.slice(i, i + limits.sendRunsOpenedAtOnceMax).map(({ id }) => this.open(id)));
    }
  }

  private open(campaignId: string): Promise<void> {
    return this.turns.append((turn) => {
      const campaign = this.control.program?.campaignById.get(campaignId);
      const row = this.control.runs.of(campaignId);
      if (campaign === undefined || !isSend(campaign) || row === undefined || row.run !== null) return undefined;
      const at = dueRunAt(campaign, row, turn.stamp);
      if (at === null) return undefined;
      const entry: JournalEntry = { kind: 'runOpened', campaignId, at };
      this.control.apply(entry, turn.nextSequence, turn.stamp);
      this.log.info('send_run_opened', { campaign: campaignId, at: new Date(at).toISOString() });
      return entry;
    });
  }

  private sending(): readonly SendCampaign[] {
    const { program } = this.control;
    if (program !== this.program) {
      this.program = program;
      this.campaigns = program?.campaigns.filter(isSend) ?? [];
      this.next.clear();
    }
    return this.campaigns;
  }

  /** Null while a run of it is under way, and where none will come. */
  private nextOf(campaign: SendCampaign): number | null {
    const row = this.control.runs.of(campaign.id);
    if (row === undefined || row.run !== null) return null;
    const known = this.next.get(campaign.id);
    if (known?.campaign === campaign && known.row === row) return known.at;
    const at = nextRunAt(campaign, row);
    this.next.set(campaign.id, { campaign, row, at });
    return at;
  }

  /** One step of each run under way. False where nothing is, or nothing can go on now. */
  private async walk(): Promise<boolean> {
    const runs = this.control.runs.underWay();
    if (runs.some(([, run]) => !this.ready.has(run.number))) {
      await this.checkpoint.settle();
      for (const [, { number }] of runs) this.ready.add(number);
    }
    let moved = false;
    for (const [campaignId, run] of runs) {
      if (this.stopped || this.held()) return false;
      if (await this.step(campaignId, run)) moved = true;
    }
    return moved;
  }

  /** The next few customers. False where the run cannot go on now. */
  private async step(campaignId: string, run: Run): Promise<boolean> {
    const ids = this.after(run.cursor);
    const step = new Step(ids, ids.length < limits.sendCustomersPerStep);
    await this.turns.reach(ids.length, (turn) => this.reach(campaignId, run, step, turn));
    return step.next > 0 || step.done;
  }

  /** Ids of customers in the order of their rows. */
  private after(cursor: string): string[] {
    const start = cursor === '' ? undefined : cursor;
    const ids: string[] = [];
    for (const key of this.rows.customers.keys({ start, limit: limits.sendCustomersPerStep + 1 })) {
      if (key !== cursor && ids.length < limits.sendCustomersPerStep) ids.push(key as string);
    }
    return ids;
  }

  /** As much of a step as fits into the turn. True when it is done. */
  private reach(campaignId: string, { number, at }: Run, step: Step, turn: Turn): boolean {
    const run = this.control.runs.of(campaignId)?.run;
    const program = this.control.program!;
    if (run == null || run.number !== number) return true;
    if (program.campaignById.get(campaignId)?.send === undefined) {
      this.move(campaignId, run, step, turn, true);
      return true;
    }
    const openFrom = this.control.runs.underWay()[0]![1].number;
    const sending = { campaignId, run: number, at, openFrom };
    const from = step.next;
    while (step.next < step.ids.length && !turn.full) {
      const came = this.customers.send(step.ids[step.next]!, sending, program, turn, this.control.importClosedAt);
      if (came === 'stopped') {
        if (step.next > from) this.move(campaignId, run, step, turn, false);
        return true;
      }
      if (came === 'given') step.reached++;
      else if (came === 'passedOver') step.passedOver++;
      step.next++;
    }
    const all = step.next === step.ids.length;
    if (step.next > from || all) this.move(campaignId, run, step, turn, all && step.last);
    return all;
  }

  /** Puts where the run stands into the turn, beside the customers it passed. */
  private move(campaignId: string, run: Run, step: Step, turn: Turn, ended: boolean): void {
    const reached = run.reached + step.reached;
    const passedOver = run.passedOver + step.passedOver;
    const cursor = step.next === 0 ? run.cursor : step.ids[step.next - 1]!;
    const entry: JournalEntry = { kind: 'runMoved', campaignId, run: run.number, cursor, reached, passedOver, ended };
    this.control.apply(entry, turn.nextSequence, turn.stamp);
    turn.add(CONTROL_SHARD, entry, encodeEntry(entry), [], NONE);
    this.metrics.sendsReached.inc(step.reached);
    step.reached = 0;
    step.passedOver = 0;
    if (!ended) return;
    step.done = true;
    this.ready.delete(run.number);
    const gone = this.control.program?.campaignById.get(campaignId)?.send === undefined;
    this.log.info('send_run_ended', { campaign: campaignId, reached, passedOver, campaignGone: gone });
  }
}

/** A few customers on their way through one or more turns. */
class Step {
  /** How many of `ids` are passed. */
  next = 0;
  /** Since the run was last moved. */
  reached = 0;
  passedOver = 0;
  /** The run has ended with it. */
  done = false;

  constructor(
    readonly ids: readonly string[],
    /** Nobody comes after these. */
    readonly last: boolean,
  ) {}
}

function isSend(campaign: Campaign): campaign is SendCampaign {
  return campaign.send !== undefined;
}
