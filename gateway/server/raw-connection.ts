/** A socket that speaks HTTP by hand, for tests: what real clients never send on purpose is written here byte by byte. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawReply {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

export class RawConnection {
  #parts: Buffer[] = [];
  #size = 0;
  #wake: (() => void) | undefined;
  closed = false;

  private constructor(readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.#parts.push(chunk);
      this.#size += chunk.byteLength;
      this.#wake?.();
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
      this.#wake?.();
    });
    socket.on('end', () => socket.end());
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const connection = new RawConnection(socket);
    await once(socket, 'connect');
    return connection;
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** Writes a whole request; the body gets its Content-Length. */
  request(method: string, target: string, headers: Record<string, string> = {}, body?: string | Uint8Array): void {
    const lines = [`${method} ${target} HTTP/1.1`, 'Host: test'];
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    const bytes = body === undefined ? undefined : Buffer.from(body as string);
    if (bytes !== undefined) lines.push(`Content-Length: ${bytes.byteLength}`);
    const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);
    this.write(bytes === undefined ? head : Buffer.concat([head, bytes]));
  }

  /** The next reply, or undefined where the connection ended before a whole one came. `head`: the reply has no body. */
  async reply(head = false): Promise<RawReply | undefined> {
    for (;;) {
      const received = this.#received();
      const parsed = parse(received, head);
      if (parsed !== undefined) {
        this.#parts = [received.subarray(parsed.used)];
        this.#size -= parsed.used;
        return parsed.reply;
      }
      if (this.closed) return undefined;
      const whole = head ? 0 : lengthOf(received);
      do await this.#more();
      while (this.#size < whole && !this.closed);
    }
  }

  /** Everything received and not yet read as a reply. */
  get unread(): string {
    return this.#received().toString('utf8');
  }

  async until(holds: (received: string) => boolean): Promise<string> {
    while (!holds(this.unread) && !this.closed) await this.#more();
    return this.unread;
  }

  /** Resolves once the other side has closed. */
  async ended(): Promise<void> {
    while (!this.closed) await this.#more();
  }

  destroy(): void {
    this.socket.destroy();
  }

  #received(): Buffer {
    if (this.#parts.length > 1) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0] ?? Buffer.alloc(0);
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** Bytes a reply with a length will have with its head; 0 where that is not known. So large ones are not parsed per chunk. */
function lengthOf(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.subarray(0, end).toString('latin1'))?.[1];
  return length === undefined ? 0 : end + 4 + Number(length);
}

function parse(bytes: Buffer, head: boolean): { reply: RawReply; used: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const status = Number(first.split(' ')[1]);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  const start = end + 4;
  if (status === 100) {
    const rest = parse(bytes.subarray(start), head);
    return rest === undefined ? undefined : { reply: rest.reply, used: rest.used + start };
  }
  if (head || status === 204 || status === 304 || status === 101) {
    return { reply: { status, headers, body: Buffer.alloc(0) }, used: start };
  }
  if (headers.get('transfer-encoding') === 'chunked') return parseChunks(bytes, start, status, headers);
  const length = Number(headers.get('content-length') ?? 0);
  if (bytes.byteLength < start + length) return undefined;
  return { reply: { status, headers, body: bytes.subarray(start, start + length) }, used: start + length };
}

function parseChunks(bytes: Buffer, start: number, status: number, headers: Map<string, string>) {
  const parts: Buffer[] = [];
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16);
    if (bytes.byteLength < line + 2 + size + 2) return undefined;
    at = line + 2 + size + 2;
    if (size === 0) return { reply: { status, headers, body: Buffer.concat(parts) }, used: at };
    parts.push(bytes.subarray(line + 2, line + 2 + size));
  }
}
