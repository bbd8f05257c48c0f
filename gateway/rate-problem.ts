/** What a caller is told who has used up a rate of their own. */
import type { Caller } from './keys/keyring.js';
import { ProblemError } from './problem.js';

/** `seconds`: until something is let through again. */
export function rateProblem(caller: Caller, what: 'requests' | 'events', seconds: number): ProblemError {
  return new ProblemError('rate_limited', `"${caller.id}" has used up its rate of ${what}.`, {
    retryAfterSeconds: seconds,
  });
}
