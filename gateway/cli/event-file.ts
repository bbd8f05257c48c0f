/**
 * A file of events, one JSON object a line, read in batches: as bytes, so that nothing is decoded that the node decodes
 * anyway, and parted at line feeds only (a line separator U+2028 may stand inside a string).
 */
import { createReadStream, statSync } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { limits } from '../../actors/limits.js';
import { UsageError } from './options.js';

export interface Line {
  /** In the file, from 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

const LINE_FEED = 0x0a;
const READ_BYTES = 1 << 18;

export class EventFile {
  /** Bytes in the file as it lies there; undefined for standard input. */
  readonly size: number | undefined;
  private readonly raw: Readable & { bytesRead?: number };
  private readonly content: Readable;

  /** `-` is standard input. Throws UsageError where there is no such file. */
  constructor(private readonly name: string) {
    this.size = name === '-' ? undefined : sizeOf(name);
    this.raw = name === '-' ? process.stdin : createReadStream(name, { highWaterMark: READ_BYTES });
    this.content = this.raw;
    if (!name.endsWith('.gz')) return;
    const unpacked = createGunzip({ chunkSize: READ_BYTES });
    this.content = unpacked;
    // Whoever reads `content` gets the error.
    pipeline(this.raw, unpacked, () => {});
  }

  /** Bytes taken from the file so far. */
  get done(): number {
    return this.raw.bytesRead ?? 0;
  }

  /** Up to `linesMax` lines and one request's bytes each. Blank lines are passed over. Throws where it cannot be read. */
  async *batches(linesMax: number): AsyncGenerator<readonly Line[], void> {
    let batch: Line[] = [];
    let bytes = 0;
    for await (const line of this.lines()) {
      if (isBlank(line.bytes)) continue;
      if (batch.length > 0 && (batch.length >= linesMax || bytes + line.bytes.length > limits.bodyBytesMax)) {
        yield batch;
        batch = [];
        bytes = 0;
      }
      batch.push(line);
      bytes += line.bytes.length + 1;
    }
    if (batch.length > 0) yield batch;
  }

  private async *lines(): AsyncGenerator<Line, void> {
    let number = 0;
    let held: Buffer[] = [];
    let heldBytes = 0;
    try {
      for await (const chunk of this.content as AsyncIterable<Buffer>) {
        let from = 0;
        for (let to = chunk.indexOf(LINE_FEED); to >= 0; to = chunk.indexOf(LINE_FEED, from)) {
          held.push(chunk.subarray(from, to));
          yield { number: ++number, bytes: whole(held, number) };
          held = [];
          heldBytes = 0;
          from = to + 1;
        }
        held.push(chunk.subarray(from));
        heldBytes += chunk.length - from;
        if (heldBytes > limits.bodyBytesMax) {
          throw new Error(`line ${number + 1} has over ${limits.bodyBytesMax} bytes; a file of events has one a line`);
        }
      }
    } catch (error) {
      throw new Error(`${this.name} cannot be read after line ${number}: ${(error as Error).message}`);
    }
    if (heldBytes > 0) yield { number: number + 1, bytes: whole(held, number + 1) };
  }

  close(): void {
    this.content.destroy();
    this.raw.destroy();
  }
}

/** Without the mark that some programs put before the first line. */
function whole(parts: readonly Buffer[], number: number): Buffer {
  const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  const marked = number === 1 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return marked ? bytes.subarray(3) : bytes;
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte > 0x20 && byte < 0x80) return false;
  return bytes.toString().trim() === '';
}

function sizeOf(name: string): number {
  const stat = statSync(name, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`${name} is not there; name a file of events, one JSON object a line`);
  if (stat.isDirectory()) throw new UsageError(`${name} is a folder; name a file of events, one JSON object a line`);
  return stat.size;
}
