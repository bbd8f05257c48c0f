/** `regulars node ls`: the nodes of a cluster as one of them sees them. */
import { limits } from '../../actors/limits.js';
import type { Parsed } from './parse-options.js';
import { print } from './terminal.js';

interface Status {
  readonly phase: string;
  readonly epoch: number;
  readonly leads: boolean;
  readonly record?: number;
  readonly peers: readonly {
    readonly node: string;
    readonly url: string;
    readonly epoch: number;
    readonly record: number;
    readonly leaving: boolean;
    readonly silentMs: number;
  }[];
}

const ANSWER_MS_MAX = 5_000;

/** Exit 1 where the node does not answer, or nobody leads. */
export async function listNodes(options: Parsed): Promise<number> {
  const url = options.text('url')!.replace(/\/+$/, '');
  const reply = await fetch(`${url}/v1/cluster`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => undefined);
  if (reply?.ok !== true) throw new Error(`no node answers at ${url}; name one with --url`);
  const status = (await reply.json()) as Status;
  const newest = Math.max(0, ...status.peers.map(({ epoch }) => epoch));
  const rows = status.peers.map(({ node, epoch, record, silentMs, leaving, url: at }) => {
    const gone = leaving || silentMs > limits.clusterSilenceMs;
    const role = gone ? 'gone' : epoch > 0 && epoch === newest && !status.leads ? 'leads' : 'follows';
    return [node, role, String(record), `${(silentMs / 1_000).toFixed(1)} s ago`, at];
  });
  const own = status.phase === 'alone' ? 'alone' : status.leads ? 'leads' : 'follows';
  const table = [
    ['node', 'role', 'record', 'heard', 'url'],
    ['(asked)', own, String(status.record ?? ''), 'now', url],
    ...rows,
  ];
  print(options.flag('json'), status, lines(table));
  return status.leads || rows.some(([, role]) => role === 'leads') ? 0 : 1;
}

function lines(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}
