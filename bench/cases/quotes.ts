/**
 * Quotes of a till, for customers that hold 0, 5 and 50 offers and baskets of 5 and 50 lines.
 *
 * First as many as there can be, 64 connections in a closed loop, beside the bare echo of the same requests. Then, for
 * 5 lines and 5 offers, at fixed rates taken from that peak (an open loop, `load/open-loop.ts`): the node alone, and
 * while another process streams in events of other customers, so that nobody gains or loses an offer meanwhile.
 */
import type { Bench, LoadOrder } from '../bench.js';
import { TILL_CUSTOMERS, tillCustomersFirst } from '../load/quote.js';
import type { LoadResult } from '../load/run.js';
import { loadRow, type Row } from '../report/report.js';
import { echoCommand, nodeCommand } from '../servers/commands.js';
import type { ServerProcess } from '../servers/server-process.js';
import { tillBrand } from '../till-brand.js';
import { sideBySide } from './side-by-side.js';
import { seedTill } from './till-customers.js';

export interface QuoteSize {
  readonly lines: number;
  /** 0, 5 or 50 offers. */
  readonly held: number;
}

/** A rate, as a share of the peak. */
export interface QuoteRate {
  readonly name: string;
  readonly share: number;
}

const CONNECTIONS = 64;
/** What is asked at fixed rates. */
const FIXED: QuoteSize = { lines: 5, held: 5 };
const LARGE: QuoteSize = { lines: 50, held: 50 };
const SIZES: readonly QuoteSize[] = [5, 50].flatMap((lines) => [0, 5, 50].map((held) => ({ lines, held })));
const RATES: readonly QuoteRate[] = [
  { name: 'quarter', share: 0.25 },
  { name: 'half', share: 0.5 },
];

/** The events streamed in: 100 batches of 50 a second. */
const STREAM = { shape: { kind: 'events', format: 'ndjson', batch: 50 }, connections: 8, rate: 100 } as const;
/** The stream runs so long before the quotes: in its first two seconds all its customers are new. And so long after them. */
const STREAM_BEFORE_SECONDS = 4;
const STREAM_AFTER_SECONDS = 1;

export function quotes(bench: Bench): Promise<Row[]> {
  return bench.options.quick ? quotesOf(bench, [FIXED, LARGE], [RATES[1]!]) : quotesOf(bench, SIZES, RATES);
}

/** `sizes` include 5 lines with 5 offers: rates are shares of their peak. */
export function quotesOf(bench: Bench, sizes: readonly QuoteSize[], rates: readonly QuoteRate[]): Promise<Row[]> {
  return bench.with([echoCommand(), nodeCommand(bench.folder(), tillBrand())], async ([echo, node]) => {
    bench.say(`quotes: ${TILL_CUSTOMERS} customers for each number of offers held`);
    await seedTill(node!, [...new Set(sizes.map(({ held }) => held))]);
    const rows: Row[] = [];
    let peak = Number.NaN;
    for (const size of sizes) {
      const [base, row] = await atPeak(bench, echo!, node!, size);
      rows.push(base!, row!);
      if (size.lines === FIXED.lines && size.held === FIXED.held) peak = row!.perSecond.median;
    }
    for (const rate of rates) rows.push(...(await atRate(bench, node!, rate.name, Math.max(1, peak * rate.share))));
    return rows;
  });
}

function askedOf({ lines, held }: QuoteSize) {
  return {
    shape: { kind: 'quote', lines, held },
    connections: CONNECTIONS,
    customersFirst: tillCustomersFirst(held),
    customers: TILL_CUSTOMERS,
  } as const;
}

async function atPeak(bench: Bench, echo: ServerProcess, node: ServerProcess, size: QuoteSize) {
  const what = `quotes, ${size.lines} lines, ${size.held} offers`;
  const [ofEcho, ofNode] = await sideBySide(
    bench,
    [
      { server: echo, label: `${what}, echo` },
      { server: node, label: `${what}, node` },
    ],
    askedOf(size),
  );
  const id = `quotes-${size.lines}-${size.held}`;
  const base = loadRow(`${id}-echo`, `bare echo, ${what}`, ofEcho!);
  return [base, loadRow(id, `node, ${what}`, ofNode!, base)];
}

async function atRate(bench: Bench, node: ServerProcess, name: string, rate: number): Promise<Row[]> {
  const alone: LoadResult[] = [];
  const beside: LoadResult[] = [];
  const streamed: LoadResult[] = [];
  const what = `quotes at ${Math.round(rate)}/s (${name} of the peak)`;
  for (let round = 1; round <= bench.options.rounds; round++) {
    bench.say(`${what}: round ${round} of ${bench.options.rounds}`);
    const order = { ...askedOf(FIXED), rate, seconds: bench.options.seconds };
    const quiet = await bench.load(node, order);
    bench.check(what, quiet);
    alone.push(quiet);
    const both = await whileStreaming(bench, node, order);
    bench.check(`${what}, streaming`, both.quotes);
    bench.check(`the stream beside ${what}`, both.events);
    beside.push(both.quotes);
    streamed.push(both.events);
  }
  return [
    loadRow(`quotes-${name}`, `node, ${what}`, alone),
    loadRow(`quotes-${name}-streaming`, `node, ${what}, streaming`, beside),
    loadRow(`quotes-${name}-stream`, 'node, the events streamed in meanwhile', streamed),
  ];
}

async function whileStreaming(bench: Bench, node: ServerProcess, order: LoadOrder) {
  const seconds = STREAM_BEFORE_SECONDS + order.seconds + STREAM_AFTER_SECONDS;
  const streaming = bench.loadBeside(node, { ...STREAM, seconds });
  await new Promise((resolve) => setTimeout(resolve, STREAM_BEFORE_SECONDS * 1_000));
  const quotes = await bench.load(node, order);
  const events = await streaming;
  return { quotes: beside(quotes, events), events: beside(events, quotes) };
}

/** Without the other load: its generator is no stranger, and the server's CPU time cannot be told apart. */
function beside(result: LoadResult, other: LoadResult): LoadResult {
  return {
    ...result,
    othersBusy: Math.max(0, result.othersBusy - other.generatorBusy),
    server: { ...result.server, microsPerEvent: Number.NaN },
  };
}
