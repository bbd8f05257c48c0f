/** The bars: what the product promises on two cores, load generator included. */
import type { Bar, FactRow, LoadRow, Row } from './report.js';

const SINGLE_RATIO_MIN = 0.35;
const SINGLE_P99_OVER_MEDIAN_MAX = 5;
const BATCH_EVENTS_PER_SECOND_MIN = 60_000;
const QUOTES_RATIO_MIN = 0.4;
const QUOTES_P99_MS_MAX = 5;
/** Less of what was offered than this got in: the server did not keep up, or the generator. */
const OFFERED_SHARE_MIN = 0.98;
const CAMPAIGNS_RATIO_MAX = 1.3;
const MILLION_ANONYMOUS_BYTES_MAX = 1e9;
const MILLION_READY_MS_MAX = 3_000;
/** Fewer are a trial run: the bar is not judged by them. */
const MILLION = 1_000_000;

export function bars(rows: readonly Row[]): Bar[] {
  const load = (id: string) => rows.find((row): row is LoadRow => row.kind === 'load' && row.id === id);
  const fact = (id: string) => rows.find((row): row is FactRow => row.kind === 'fact' && row.id === id)?.value;
  const single = load('single-256');
  const quotes = load('quotes-5-5');
  const customers = fact('million-customers')?.median;
  const isMillion = customers !== undefined && customers >= MILLION;
  const short = isMillion || customers === undefined ? {} : { note: `with ${customers} customers only: not judged` };
  return [
    bar(
      'single-ratio',
      'single durable POSTs, 256 connections',
      `≥ ${SINGLE_RATIO_MIN} of the bare echo`,
      single?.ratio,
      {
        holds: (ratio) => ratio >= SINGLE_RATIO_MIN,
        show: (ratio) => `${ratio.toFixed(2)} of the echo`,
        ...noteOf(single, load('single-256-echo')),
      },
    ),
    bar(
      'single-p99',
      'the same: p99 against the median',
      `< ${SINGLE_P99_OVER_MEDIAN_MAX} ×`,
      single && single.p99.median / single.p50.median,
      { holds: (times) => times < SINGLE_P99_OVER_MEDIAN_MAX, show: (times) => `${times.toFixed(1)} ×` },
    ),
    ...(['ndjson', 'msgpack'] as const).map((format) => {
      const row = load(`batch-${format}`);
      return bar(
        `batch-${format}`,
        `batches of 500 as ${format}`,
        `≥ ${BATCH_EVENTS_PER_SECOND_MIN} events/s`,
        row?.perSecond.median,
        {
          holds: (rate) => rate >= BATCH_EVENTS_PER_SECOND_MIN,
          show: (rate) => `${Math.round(rate)} events/s`,
          ...noteOf(row),
        },
      );
    }),
    bar(
      'quotes-ratio',
      'quotes of 5 lines with 5 offers, 64 connections',
      `≥ ${QUOTES_RATIO_MIN} of the bare echo`,
      quotes?.ratio,
      {
        holds: (ratio) => ratio >= QUOTES_RATIO_MIN,
        show: (ratio) => `${ratio.toFixed(2)} of the echo`,
        ...noteOf(quotes, load('quotes-5-5-echo')),
      },
    ),
    bar(
      'quotes-p99',
      'the same at half of the peak, 5,000 events/s streaming in: p99',
      `< ${QUOTES_P99_MS_MAX} ms`,
      load('quotes-half-streaming')?.p99.median,
      {
        holds: (milliseconds) => milliseconds < QUOTES_P99_MS_MAX,
        show: (milliseconds) => `${milliseconds.toFixed(2)} ms`,
        ...offeredNote(load('quotes-half-streaming'), load('quotes-half-stream')),
      },
    ),
    ...(['judge', 'node'] as const).map((where) =>
      bar(
        `campaigns-${where}`,
        where === 'judge' ? '10,000 campaigns that cannot match, judge alone' : 'the same through the node, CPU time',
        `≤ ${CAMPAIGNS_RATIO_MAX} × ten`,
        fact(`campaigns-${where}-ratio`)?.median,
        { holds: (ratio) => ratio <= CAMPAIGNS_RATIO_MAX, show: (ratio) => `${ratio.toFixed(2)} ×` },
      ),
    ),
    bar(
      'million-memory',
      'a million customers: anonymous memory, highest',
      '< 1000 MB',
      fact('million-anonymous')?.high,
      {
        holds: isMillion ? (bytes) => bytes < MILLION_ANONYMOUS_BYTES_MAX / 1e6 : undefined,
        show: (megabytes) => `${Math.round(megabytes)} MB`,
        ...short,
      },
    ),
    bar('million-ready', 'a million customers: ready after kill -9', '< 3000 ms', fact('million-ready')?.median, {
      holds: isMillion ? (ms) => ms < MILLION_READY_MS_MAX : undefined,
      show: (ms) => `${Math.round(ms)} ms`,
      ...short,
    }),
  ];
}

interface Judging {
  /** Undefined: not judged. */
  readonly holds: ((value: number) => boolean) | undefined;
  readonly show: (value: number) => string;
  readonly note?: string;
}

function bar(id: string, title: string, need: string, value: number | undefined, judging: Judging): Bar {
  const note = judging.note === undefined ? {} : { note: judging.note };
  if (value === undefined) return { id, title, need, have: undefined, holds: undefined, ...note };
  return { id, title, need, have: judging.show(value), holds: judging.holds?.(value), ...note };
}

/** Where the generator was the limit, the server could have done more than was seen. */
function noteOf(...rows: readonly (LoadRow | undefined)[]): { note?: string } {
  const limited = rows.filter((row) => row?.limitedBy === 'generator').map((row) => row!.title);
  return limited.length === 0 ? {} : { note: `the load generator was the limit of: ${limited.join('; ')}` };
}

/** Where less came through than was offered, latencies are of a server that fell behind. */
function offeredNote(...rows: readonly (LoadRow | undefined)[]): { note?: string } {
  const behind = [];
  for (const row of rows) {
    const offered = row?.rounds[0]?.open?.offeredPerSecond;
    if (offered === undefined || row!.perSecond.median >= offered * OFFERED_SHARE_MIN) continue;
    behind.push(`${Math.round(row!.perSecond.median)}/s of ${Math.round(offered)}/s in “${row!.title}”`);
  }
  return behind.length === 0 ? {} : { note: `only ${behind.join('; ')} came through` };
}
