/** Names for requests: the caller's own where it is sane, else counted up behind a random beginning. */
import { limits } from '../actors/limits.js';

export class RequestIds {
  #count = 0;
  /** `start`: differs between processes. */
  constructor(private readonly start: string) {}

  next(): string {
    this.#count++;
    return `${this.start}-${this.#count.toString(36)}`;
  }
}

/** Letters, digits and `-_.:/+=`, bounded: it goes into headers and logs as it is. */
export function isRequestId(text: string): boolean {
  return text.length <= limits.requestIdCharactersMax && SANE.test(text);
}
const SANE = /^[A-Za-z0-9._:/+=-]+$/;
