/** What became of the events of a file: counted, and the first few that went wrong by their line. */
import { inWords, RequestFailed } from './client.js';
import type { Line } from './event-file.js';

const STATUSES = ['applied', 'duplicate', 'ignored', 'refused', 'invalid', 'parked'] as const;
type Status = (typeof STATUSES)[number];
type Item = Readonly<Record<string, unknown>>;

interface LineProblem {
  readonly line: number;
  readonly status: 'invalid' | 'refused' | 'parked';
  readonly code: string;
  readonly pointer?: string;
  readonly detail?: string;
}

/** Of each kind. */
const PROBLEMS_SHOWN = 10;

export class ReplaySummary {
  readonly counts: Record<Status, number> = { applied: 0, duplicate: 0, ignored: 0, refused: 0, invalid: 0, parked: 0 };
  events = 0;
  /** The last line of the file that was answered. */
  lastLine = 0;
  private readonly problems: LineProblem[] = [];
  private readonly shown = { invalid: 0, refused: 0, parked: 0 };
  private readonly started = performance.now();

  get seconds(): number {
    return (performance.now() - this.started) / 1_000;
  }
  get perSecond(): number {
    return Math.round(this.events / Math.max(this.seconds, 0.001));
  }

  /** The results of one request, in the order of its lines. Throws RequestFailed where they do not fit. */
  add(lines: readonly Line[], results: readonly Item[]): void {
    if (results.length !== lines.length)
      throw new RequestFailed(`the node answered ${results.length} results for ${lines.length} lines`);
    for (let i = 0; i < lines.length; i++) this.addOne(lines[i]!.number, results[i]!);
  }

  /** A line that the node could not even read. */
  addInvalid(line: number, code: string, detail: string): void {
    this.addOne(line, { status: 'invalid', errors: [{ pointer: '', code, detail }] });
  }

  private addOne(line: number, item: Item): void {
    const status = STATUSES.find((known) => known === item.status);
    if (status === undefined) throw new RequestFailed(`line ${line} was answered with ${inWords(item)}`);
    this.events++;
    this.counts[status]++;
    this.lastLine = line;
    if (status !== 'invalid' && status !== 'refused' && status !== 'parked') return;
    if (++this.shown[status] <= PROBLEMS_SHOWN) this.problems.push(problemOf(line, status, item));
  }

  json(): Record<string, unknown> {
    return {
      events: this.events,
      ...this.counts,
      seconds: Math.round(this.seconds * 1_000) / 1_000,
      eventsPerSecond: this.perSecond,
      problems: this.problems,
    };
  }

  lines(): string[] {
    const counted = STATUSES.filter((status) => status !== 'parked' || this.counts.parked > 0).map(
      (status) => `${this.counts[status]} ${status}`,
    );
    const wrong = this.counts.invalid + this.counts.refused + this.counts.parked;
    return [
      `${this.events} events in ${this.seconds.toFixed(1)} s (${this.perSecond}/s): ${counted.join(', ')}`,
      ...this.problems.map(
        ({ line, status, code, pointer, detail }) =>
          `  line ${line} ${status}: ${[pointer, code].filter(Boolean).join(' ')}${detail === undefined ? '' : `: ${detail}`}`,
      ),
      ...(wrong > this.problems.length ? [`  … and ${wrong - this.problems.length} more`] : []),
    ];
  }
}

function problemOf(line: number, status: LineProblem['status'], item: Item): LineProblem {
  if (status === 'parked')
    return { line, status, code: 'customer_parked', detail: 'an earlier event of this customer waits for a repair' };
  if (status === 'refused') {
    const { reason, detail } = item;
    return { line, status, code: String(reason), ...(typeof detail === 'string' ? { detail } : {}) };
  }
  const [first] = (item.errors ?? []) as { pointer?: string; code?: string; detail?: string }[];
  // The node counts lines of one request; the line of the file is said already.
  const detail = first?.detail?.replace(/^Line \d+ is/, 'This is');
  return { line, status, code: first?.code ?? 'invalid', pointer: first?.pointer, detail };
}
