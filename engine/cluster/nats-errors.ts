/** What JetStream says when something did not go, and asking again where that says nothing of the outcome. */
import { LogCut } from './wire.js';

/** The stream does not end with the sequence expected. */
export const WRONG_SEQUENCE = 10_071;
export const NO_MESSAGE = 10_037;
/** More than one replica was asked of a server that stands alone. */
export const NOT_CLUSTERED = 10_074;
export const RETRY_MS = 200;
/** For one answer. */
export const TIMEOUT_MS = 3_000;

/** Until the outcome is known: a time-out or a lost connection says nothing of it. `ended`: nobody wants to know any more. */
export async function again<T>(ask: () => Promise<T>, ended: () => boolean): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof LogCut || ended() || isFinal(error) || isForbidden(error)) throw error;
      await wait(RETRY_MS);
    }
  }
}

/** The server has answered, and would answer the same again. */
export function isFinal(error: unknown): boolean {
  return isAnswer(error) && error.status >= 400 && error.status < 500;
}

/** What it asked is not permitted to its user. */
function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error.name === 'PermissionViolationError' || isForbidden(error.cause);
}

/** The client has no class for it that could be asked for without a second importer. */
function isAnswer(error: unknown): error is { readonly status: number; readonly code: number } {
  return error instanceof Error && error.name === 'JetStreamApiError';
}

/** JetStream's number of what was wrong; undefined where it was no answer of JetStream. */
export function codeOf(error: unknown): number | undefined {
  return isAnswer(error) ? error.code : undefined;
}

/** As the servers are set up they will never do. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
