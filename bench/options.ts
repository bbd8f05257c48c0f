/** What the bench is asked to do. */
import { tmpdir } from 'node:os';
import { parseArgs } from 'node:util';

export interface Options {
  /** Names of cases, in the order they run. */
  readonly only: readonly string[];
  readonly quick: boolean;
  readonly seconds: number;
  readonly rounds: number;
  readonly customers: number;
  /** Where reports go; undefined: nowhere. */
  readonly out: string | undefined;
  /** Where the nodes keep their data meanwhile. */
  readonly data: string;
  readonly enforce: boolean;
  readonly json: boolean;
}

/** The cases there are, by name. */
export type CaseList = Readonly<Record<string, { readonly about: string }>>;

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function help(cases: CaseList): string {
  return `Measures a node beside a bare echo server, in one run, and says what it did not measure.

  npm run bench -- [options]

  --only a,b       only these cases: ${Object.keys(cases).join(', ')}
  --quick          short rounds, fewer sizes and 50,000 customers instead of a million: under 5 minutes, for a first look
  --seconds N      seconds of one round (default 5; quick 2)
  --rounds N       rounds of each case, alternating between the servers (default 3)
  --customers N    customers of the case million (default 1000000)
  --out DIR        where the JSON goes (default bench/results); --out none keeps nothing
  --data DIR       where the nodes keep their data meanwhile; a real disk, not memory (default the system's temporary folder)
  --json           the report as JSON on standard output instead of the table
  --enforce        exit 1 where a bar fails
  --help           this

Cases
${Object.entries(cases)
  .map(([name, { about }]) => `  ${name.padEnd(16)} ${about}`)
  .join('\n')}

Progress goes to standard error. Exit: 0 done, 1 failed, 2 wrong use.
`;
}

/** Undefined where help was asked for. Throws `UsageError`. */
export function parseOptions(args: readonly string[], cases: CaseList): Options | undefined {
  const values = parsed(args);
  if (values.help) return undefined;
  const quick = values.quick === true;
  const known = Object.keys(cases);
  const only = values.only === undefined ? known : values.only.split(',').map((name) => name.trim());
  for (const name of only) {
    if (!known.includes(name)) throw new UsageError(`--only: there is no case ${name}; there are ${known.join(', ')}`);
  }
  return {
    only,
    quick,
    seconds: count('seconds', values.seconds, quick ? 2 : 5),
    rounds: count('rounds', values.rounds, 3),
    customers: count('customers', values.customers, quick ? 50_000 : 1_000_000, CUSTOMERS_MAX),
    out: values.out === 'none' ? undefined : (values.out ?? 'bench/results'),
    data: values.data ?? tmpdir(),
    enforce: values.enforce === true,
    json: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        quick: { type: 'boolean' },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        customers: { type: 'string' },
        out: { type: 'string' },
        data: { type: 'string' },
        enforce: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Customers are numbered with seven digits. */
const CUSTOMERS_MAX = 5_000_000;

function count(name: string, text: string | undefined, otherwise: number, max = 3_600): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > max) {
    throw new UsageError(`--${name}: ${text} is not a whole number from 1 to ${max}`);
  }
  return value;
}
