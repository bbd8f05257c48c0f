/**
 * What became of the events of one list, written in the order sent while they are judged: nothing of an outcome is
 * held until the reply can leave but its bytes. JSON or MessagePack, the same fields in the same order.
 */
import type { Decision } from '../../engine/contract.js';
import { encodeMsgpack } from '../msgpack.js';
import type { InvalidItem } from './batch.js';
import { decisionValue, invalidValue, type Named, writeDecision } from './decision-reply.js';
import { type JsonWriter, writer } from './json-writer.js';

export interface Results {
  decision(named: Named, decision: Decision): void;
  invalid(item: InvalidItem): void;
  /** Any other value in a decision's place. */
  value(value: unknown): void;
  /** Somebody else writes next. */
  pause(): void;
  /** The body `{"results": [...]}`. Nothing follows. */
  end(): Uint8Array;
}

/** Into the one writer of the process, which is given back at each pause. */
export class JsonResults implements Results {
  readonly #out: JsonWriter = writer;
  #parts: Uint8Array[] | undefined;
  #begun = false;

  decision(named: Named, decision: Decision): void {
    this.#item();
    writeDecision(this.#out, named, decision);
  }

  invalid(item: InvalidItem): void {
    this.value(invalidValue(item));
  }

  value(value: unknown): void {
    this.#item();
    this.#out.value(value);
  }

  pause(): void {
    this.#parts ??= [];
    this.#parts.push(this.#out.take());
  }

  end(): Uint8Array {
    if (!this.#begun) this.#out.raw('{"results":[');
    this.#out.raw(']}');
    if (this.#parts === undefined) return this.#out.take();
    this.pause();
    return Buffer.concat(this.#parts);
  }

  #item(): void {
    this.#out.raw(this.#begun ? ',' : '{"results":[');
    this.#begun = true;
  }
}

/** One map of one key; the array says its length in four bytes, so that it can be put in front at the end. */
export class MsgpackResults implements Results {
  readonly #parts: Uint8Array[] = [new Uint8Array(0)];

  decision(named: Named, decision: Decision): void {
    this.value(decisionValue(named, decision));
  }

  invalid(item: InvalidItem): void {
    this.value(invalidValue(item));
  }

  value(value: unknown): void {
    this.#parts.push(encodeMsgpack(value));
  }

  pause(): void {}

  end(): Uint8Array {
    const head = Buffer.allocUnsafe(14);
    head[0] = 0x81;
    head[1] = 0xa7;
    head.write('results', 2, 'latin1');
    head[9] = 0xdd;
    head.writeUInt32BE(this.#parts.length - 1, 10);
    this.#parts[0] = head;
    return Buffer.concat(this.#parts);
  }
}
