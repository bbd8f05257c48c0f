/**
 * `regulars replay FILE`: sends a file of events, one a line, in their order. One request is under way at a time, so
 * every customer's order is kept, while the next batch is read. A batch that was not answered is sent again, and what
 * was taken already comes back as a duplicate; so the whole command may be repeated too.
 */
import { Client, inWords, RequestFailed } from './client.js';
import { EventFile, type Line } from './event-file.js';
import type { Parsed } from './parse-options.js';
import { ReplaySummary } from './replay-summary.js';
import { bar, Progress, print } from './terminal.js';

const NDJSON_TYPE = 'application/x-ndjson';
const NEW_LINE = Buffer.from('\n');

export async function replay(options: Parsed, name: string): Promise<number> {
  const progress = new Progress();
  const client = new Client(options, (why) => progress.show(why));
  const file = new EventFile(name);
  const summary = new ReplaySummary();
  const replaying = new Replaying(client, options.text('clock') === 'event', summary);
  let failed: Error | undefined;
  let closed = false;
  try {
    for await (const batch of file.batches(options.number('batch')!)) {
      await replaying.send(batch);
      progress.show(progressLine(summary, file));
    }
    await replaying.finish();
    if (options.flag('close') && isGood(summary, options)) {
      await close(client);
      closed = true;
    }
  } catch (error) {
    failed = error as Error;
  } finally {
    progress.clear();
    file.close();
  }
  const json = options.flag('json');
  if (failed !== undefined) {
    if (json) print(true, { ...summary.json(), error: failed.message }, []);
    const after = `after ${summary.events} events (up to line ${summary.lastLine})`;
    throw new RequestFailed(
      `stopped ${after}: ${failed.message}\nThe same command may be run again: what was taken is not taken twice.`,
    );
  }
  print(json, { ...summary.json(), closed }, [...summary.lines(), ...closingLines(options, closed)]);
  return isGood(summary, options) ? 0 : 1;
}

function isGood({ counts }: ReplaySummary, options: Parsed): boolean {
  return counts.parked === 0 && (counts.invalid === 0 || options.flag('allow-invalid'));
}

function closingLines(options: Parsed, closed: boolean): string[] {
  if (!options.flag('close')) return [];
  return closed
    ? ['The import is closed.']
    : ['The import is not closed: mend what is wrong and replay again, or run regulars import close.'];
}

class Replaying {
  private readonly path: string;
  private underWay: Promise<void> = Promise.resolve();

  constructor(
    private readonly client: Client,
    imported: boolean,
    private readonly summary: ReplaySummary,
  ) {
    this.path = imported ? '/v1/events?clock=event' : '/v1/events';
  }

  /** Resolves when the batch before is answered and this one is under way. Throws RequestFailed. */
  async send(batch: readonly Line[]): Promise<void> {
    await this.underWay;
    this.underWay = this.take(batch);
    // Awaited by the next call; until then nobody listens.
    this.underWay.catch(() => {});
  }

  finish(): Promise<void> {
    return this.underWay;
  }

  /** A request that is refused whole because of one line is sent again in halves, until that line is known. */
  private async take(lines: readonly Line[]): Promise<void> {
    const body = Buffer.concat(lines.flatMap(({ bytes }) => [bytes, NEW_LINE]));
    const { status, body: answer } = await this.client.post(this.path, NDJSON_TYPE, body);
    const results = (answer as { results?: unknown } | null)?.results;
    if (status === 200 && Array.isArray(results)) return this.summary.add(lines, results);
    if (status !== 400 && status !== 413) {
      throw new RequestFailed(`the node answers ${status}: ${inWords(answer)}`);
    }
    const [first] = lines;
    if (lines.length === 1) {
      const { code, detail } = answer as { code?: string; detail?: string };
      return this.summary.addInvalid(first!.number, code ?? String(status), detail ?? inWords(answer));
    }
    const half = lines.length >> 1;
    await this.take(lines.slice(0, half));
    await this.take(lines.slice(half));
  }
}

function progressLine(summary: ReplaySummary, { done, size }: EventFile): string {
  const { events, seconds, perSecond } = summary;
  if (size === undefined) return `${events} events, ${perSecond}/s`;
  const left = done === 0 ? 0 : Math.max(0, (seconds * (size - done)) / done);
  return `${bar(done, size)} ${events} events, ${perSecond}/s, ${left.toFixed(0)} s left`;
}

/** `regulars import close`. */
export async function closeImport(options: Parsed): Promise<number> {
  await close(new Client(options));
  print(options.flag('json'), { closed: true }, ['The import is closed: what is due falls due by the wall clock now.']);
  return 0;
}

async function close(client: Client): Promise<void> {
  const { status, body } = await client.post('/v1/import/close', 'application/json', Buffer.alloc(0));
  if (status >= 300)
    throw new RequestFailed(`the import could not be closed: the node answers ${status}: ${inWords(body)}`);
}
