/** Structured log: one JSON object a line. Whoever starts the gateway decides where it goes. */
export type Level = 'debug' | 'info' | 'warn' | 'error';
export type Fields = Readonly<Record<string, unknown>>;

export interface Logger {
  log(level: Level, message: string, fields?: Fields): void;
}

export const silent: Logger = { log: () => {} };

const RANK: Record<Level, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Lines to `write`, from `least` up. An Error among the fields becomes its message and stack. */
export function jsonLines(
  write: (line: string) => void,
  least: Level = 'info',
  now: () => Date = () => new Date(),
): Logger {
  return {
    log(level, message, fields = {}) {
      if (RANK[level] < RANK[least]) return;
      write(`${JSON.stringify({ time: now().toISOString(), level, message, ...fields }, readable)}\n`);
    },
  };
}

function readable(_: string, value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value;
}
