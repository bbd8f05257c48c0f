/**
 * `regulars replay FILE`: sends a file of events, one a line, in their order. One request is under way at a time, so
 * every customer's order is kept; a batch that was not answered is sent again, and what was taken already comes back
 * as a duplicate.
 */
import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { Client, RequestFailed } from './client.js';
import { type Parsed, UsageError } from './options.js';
import { bar, Progress, print } from './terminal.js';

interface Summary {
  events: number;
  applied: number;
  duplicate: number;
  ignored: number;
  refused: number;
  invalid: number;
  seconds: number;
  /** The first few that were invalid or refused, by line. */
  problems: { line: number; status: string; detail: string }[];
}

const PROBLEMS_SHOWN = 10;

export async function replay(options: Parsed): Promise<number> {
  const [, file] = options.words;
  if (file === undefined)
    throw new UsageError('replay takes a file of events, one JSON object a line (.gz is unpacked)');
  const clock = options.text('clock');
  if (clock !== 'wall' && clock !== 'event') throw new UsageError(`--clock takes wall or event, not ${clock}`);
  const size = sizeOf(file);
  const client = new Client(options);
  const progress = new Progress();
  const summary: Summary = {
    events: 0,
    applied: 0,
    duplicate: 0,
    ignored: 0,
    refused: 0,
    invalid: 0,
    seconds: 0,
    problems: [],
  };
  const started = performance.now();
  const path = clock === 'event' ? '/v1/events?clock=event' : '/v1/events';
  const raw = createReadStream(file);
  const lines = createInterface({
    input: file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw,
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  let batch: string[] = [];
  let numbers: number[] = [];
  let line = 0;
  const send = async (): Promise<void> => {
    if (batch.length === 0) return;
    const answer = await client.post(path, 'application/x-ndjson', batch.join('\n'));
    count(summary, answer, numbers);
    batch = [];
    numbers = [];
    const seconds = (performance.now() - started) / 1_000;
    const left = raw.bytesRead === 0 ? 0 : (seconds * (size - raw.bytesRead)) / raw.bytesRead;
    progress.show(
      `${bar(raw.bytesRead, size)} ${summary.events} events, ${Math.round(summary.events / seconds)}/s, ${Math.max(0, left).toFixed(0)} s left`,
    );
  };
  try {
    for await (const text of lines) {
      line++;
      if (text.trim() === '') continue;
      batch.push(text);
      numbers.push(line);
      if (batch.length >= options.number('batch')!) await send();
    }
    await send();
    if (options.flag('close')) await close(client);
  } finally {
    progress.clear();
    lines.close();
    raw.destroy();
  }
  summary.seconds = (performance.now() - started) / 1_000;
  print(options.flag('json'), summary, inWords(summary, options.flag('close')));
  return summary.invalid > 0 && !options.flag('allow-invalid') ? 1 : 0;
}

/** `regulars import close`. */
export async function closeImport(options: Parsed): Promise<number> {
  await close(new Client(options));
  print(options.flag('json'), { closed: true }, ['The import is closed: what is due falls due by the wall clock now.']);
  return 0;
}

async function close(client: Client): Promise<void> {
  const { status, body } = await client.post('/v1/import/close', 'application/json', '');
  if (status >= 300) throw new RequestFailed(`the import could not be closed: ${JSON.stringify(body)}`);
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    throw new UsageError(`${file} cannot be read; name a file of events`);
  }
}

function count(summary: Summary, { status, body }: { status: number; body: unknown }, lines: readonly number[]): void {
  const results = (body as { results?: unknown } | null)?.results;
  const items = Array.isArray(results)
    ? results
    : lines.length === 1 && status !== 401 && status !== 403 && status !== 413
      ? [body]
      : undefined;
  if (items === undefined || items.length !== lines.length) {
    throw new RequestFailed(
      `lines ${lines[0]} to ${lines.at(-1)} were not taken (${status}): ${JSON.stringify(body).slice(0, 500)}`,
    );
  }
  items.forEach((item: Record<string, unknown>, i) => {
    const kind = statusOf(item, status);
    summary.events++;
    summary[kind]++;
    if ((kind === 'invalid' || kind === 'refused') && summary.problems.length < PROBLEMS_SHOWN) {
      const detail = kind === 'refused' ? String(item.reason) : JSON.stringify(item.errors ?? item.detail);
      summary.problems.push({ line: lines[i]!, status: kind, detail });
    }
  });
}

function statusOf(
  item: Record<string, unknown>,
  status: number,
): 'applied' | 'duplicate' | 'ignored' | 'refused' | 'invalid' {
  const named = item.status;
  if (named === 'applied' || named === 'duplicate' || named === 'ignored' || named === 'refused' || named === 'invalid')
    return named;
  if (status === 409) return 'refused';
  if (status === 400 || status === 422) return 'invalid';
  throw new RequestFailed(`an event was not taken: ${JSON.stringify(item)}`);
}

function inWords(summary: Summary, closed: boolean): string[] {
  const { events, applied, duplicate, ignored, refused, invalid, seconds } = summary;
  return [
    `${events} events in ${seconds.toFixed(1)} s (${Math.round(events / Math.max(seconds, 0.001))}/s): ${applied} applied, ${duplicate} duplicate, ${ignored} ignored, ${refused} refused, ${invalid} invalid`,
    ...summary.problems.map(({ line, status, detail }) => `  line ${line} ${status}: ${detail}`),
    ...(closed ? ['The import is closed.'] : []),
  ];
}
