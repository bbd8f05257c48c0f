/** The report for people. */
import type { Bar, FactRow, LoadRow, Report } from './report.js';
import type { Spread } from './spread.js';

export function table(report: Report): string {
  const { environment: on, settings } = report;
  const load = report.rows.filter((row) => row.kind === 'load');
  const facts = report.rows.filter((row) => row.kind === 'fact');
  const parts = [
    `regulars ${on.regulars}, Node ${on.node}, ${on.os}, ${on.cores} × ${on.cpu}`,
    `autocannon ${on.autocannon}; baseline on ${on.baseline}; medians of ${settings.rounds} rounds of ${settings.seconds} s`,
  ];
  if (load.length > 0) parts.push('', ...columns([LOAD_HEAD, ...load.map(loadLine)]));
  if (facts.length > 0) parts.push('', ...columns([FACT_HEAD, ...facts.map(factLine)]));
  parts.push('', ...columns([BAR_HEAD, ...report.bars.map(barLine)]));
  for (const bar of report.bars) if (bar.note !== undefined) parts.push(`  ${bar.title}: ${bar.note}`);
  if (report.warnings.length > 0) parts.push('', 'Warnings', ...report.warnings.map((warning) => `  ${warning}`));
  parts.push('', 'Not measured', ...report.notMeasured.map((line) => `  ${line}`));
  return `${parts.join('\n')}\n`;
}

const LOAD_HEAD = [
  '',
  '/s',
  '(rounds)',
  'offered',
  '× echo',
  'p50 ms',
  'p99',
  'p999',
  'CPU µs',
  'server',
  'generator',
  'limit',
];

function loadLine(row: LoadRow): string[] {
  return [
    row.title,
    whole(row.perSecond.median),
    `${whole(row.perSecond.low)}–${whole(row.perSecond.high)}`,
    offered(row),
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.p50.median.toFixed(2),
    row.p99.median.toFixed(2),
    row.p999.median.toFixed(2),
    Number.isNaN(row.microsPerEvent.median) ? '?' : row.microsPerEvent.median.toFixed(1),
    share(row.serverBusy.median),
    share(row.generatorBusy.median),
    row.limitedBy,
  ];
}

/** Of an open loop, events a second. */
function offered(row: LoadRow): string {
  const { open } = row.rounds[0]!;
  return open === undefined ? '' : whole(open.offeredPerSecond);
}

const FACT_HEAD = ['', '', '(rounds)', ''];

function factLine(row: FactRow): string[] {
  const { median, low, high }: Spread = row.value;
  return [row.title, figure(median), low === high ? '' : `${figure(low)}–${figure(high)}`, row.unit];
}

const BAR_HEAD = ['Bars', 'need', 'have', ''];

function barLine(bar: Bar): string[] {
  const verdict = bar.holds === undefined ? 'not judged' : bar.holds ? 'pass' : 'FAIL';
  return [bar.title, bar.need, bar.have ?? 'not run', verdict];
}

/** The first column to the left, the others to the right but the last. */
function columns(lines: readonly (readonly string[])[]): string[] {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines.map((line) =>
    line
      .map((cell, column) => {
        const isLeft = column === 0 || column === line.length - 1;
        return isLeft ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
      })
      .join('  ')
      .trimEnd(),
  );
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function figure(value: number): string {
  return Math.abs(value) >= 100 ? whole(value) : value.toFixed(2);
}

function share(value: number): string {
  return Number.isNaN(value) ? '?' : `${Math.round(value * 100)} %`;
}
