/** What is said to whoever sits at the terminal: progress on stderr, and only where it is a terminal. */

/** A line that is written over, at most ten times a second. */
export class Progress {
  private last = 0;
  private shown = false;

  constructor(private readonly stream: NodeJS.WriteStream = process.stderr) {}

  show(line: string): void {
    if (!this.stream.isTTY || Date.now() - this.last < 100) return;
    this.last = Date.now();
    this.shown = true;
    this.stream.write(`\r\x1b[K${line.slice(0, (this.stream.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.shown) this.stream.write('\r\x1b[K');
    this.shown = false;
  }
}

export function bar(done: number, of: number, width = 24): string {
  const share = of === 0 ? 1 : Math.min(1, done / of);
  const full = Math.round(share * width);
  return `[${'█'.repeat(full)}${'·'.repeat(width - full)}] ${(share * 100).toFixed(0)} %`;
}

/** A result for machines as JSON, for people as lines. */
export function print(json: boolean, result: unknown, lines: readonly string[]): void {
  process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`);
}
