/** One line of JSON an occurrence, handed in by whoever starts the node. Never personal data, never keys. */
export interface Log {
  info(event: string, details?: Readonly<Record<string, unknown>>): void;
  warn(event: string, details?: Readonly<Record<string, unknown>>): void;
  error(event: string, details?: Readonly<Record<string, unknown>>): void;
}

export const silent: Log = { info() {}, warn() {}, error() {} };
