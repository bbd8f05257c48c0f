/** One keep-alive socket of the open loop: one request at a time, and the moment its reply is whole. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface ReplyRead {
  readonly status: number;
  /** Head and body. */
  readonly bytes: number;
  /** Absent where it was not asked for. */
  readonly body?: string;
}

const HEAD_END = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

export class Connection {
  /** Called with each whole reply. */
  onReply: (reply: ReplyRead) => void = () => {};
  /** Called once: the socket is gone, or what came was no reply with a length. */
  onEnd: () => void = () => {};
  private head: Buffer | undefined;
  private status = 0;
  private bytes = 0;
  /** Of the body, still to come. */
  private left = 0;
  private pieces: Buffer[] | undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.read(chunk));
    socket.on('error', () => {});
    socket.once('close', () => this.onEnd());
  }

  static async open(url: URL): Promise<Connection> {
    const socket = connect(Number(url.port), url.hostname);
    await once(socket, 'connect');
    return new Connection(socket);
  }

  /** Only when the reply to the last request is in: `request` is written over for the next one. */
  send(request: Buffer, keepsBody: boolean): void {
    this.status = 0;
    this.bytes = 0;
    this.pieces = keepsBody ? [] : undefined;
    this.socket.write(request);
  }

  close(): void {
    this.onEnd = () => {};
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.status !== 0) {
      this.body(chunk);
      return;
    }
    const seen = this.head === undefined ? chunk : Buffer.concat([this.head, chunk]);
    const end = seen.indexOf(HEAD_END);
    if (end < 0) {
      this.head = seen;
      return;
    }
    this.head = undefined;
    const head = seen.toString('latin1', 0, end);
    const length = LENGTH.exec(head);
    if (length === null) {
      this.socket.destroy();
      return;
    }
    this.status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.left = Number(length[1]);
    this.body(seen.subarray(end + HEAD_END.length));
  }

  private body(piece: Buffer): void {
    this.left -= piece.length;
    this.pieces?.push(piece);
    if (this.left > 0) return;
    const { status, bytes, pieces } = this;
    this.onReply(pieces === undefined ? { status, bytes } : { status, bytes, body: Buffer.concat(pieces).toString() });
  }
}
