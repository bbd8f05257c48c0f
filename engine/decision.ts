/** What is answered to whoever reported an event: read from the outcomes of its entry, or from those of its first time. */
import type { Event, Json } from '../actors/event.js';
import { limits } from '../actors/limits.js';
import { isPublic, type Outcome } from '../actors/outcome.js';
import type { Decision } from './contract.js';
import type { ReadEntry } from './reader.js';
import { sameValue } from './same-value.js';

/** The decision that the outcomes of an entry tell. */
export function decisionOf(position: string, all: readonly Outcome[]): Decision {
  let programVersion = 0;
  let internal = 0;
  let ignored: string | undefined;
  let answer: Json | undefined;
  for (const outcome of all) {
    if (!isPublic(outcome)) internal++;
    switch (outcome.type) {
      case 'entry.judged':
        programVersion = outcome.data.programVersion;
        break;
      case 'till.answered':
        answer = outcome.data.answer;
        break;
      case 'event.ignored':
        ignored = outcome.data.reason;
        break;
      case 'event.refused': {
        const { reason, detail, firstEventId, errors, notApplied, net } = outcome.data;
        if (reason === 'invalid') return { status: 'invalid', errors: errors ?? [] };
        return {
          status: 'refused',
          reason,
          detail,
          firstEventId,
          notApplied,
          net,
          position,
          programVersion,
          outcomes: all.filter(isPublic),
        };
      }
    }
  }
  const outcomes = internal === 0 ? all : all.filter(isPublic);
  // A sale too late for any campaign was made all the same: its step of the till is answered like any other.
  if (answer !== undefined) return { status: 'applied', position, programVersion, outcomes, answer };
  return ignored === undefined
    ? { status: 'applied', position, programVersion, outcomes }
    : { status: 'ignored', reason: ignored, position, programVersion, outcomes };
}

/** A repeat of what was `first` reported: the recorded outcomes, unless something else is reported under the same id. */
export function repeated(seen: ReadEntry, first: Event | undefined, event: Event): Decision {
  const erased = seen.entry.kind === 'event' && seen.entry.erased;
  if (first !== undefined && !erased && !sameEvent(first, event)) {
    const detail = `event ${JSON.stringify(event.id)} of source ${JSON.stringify(event.source)} was reported before with another type, time or data; give a new event a new id`;
    return { status: 'invalid', errors: [{ pointer: '/id', code: 'event_id_reused', detail }] };
  }
  if (seen.entry.kind === 'event' && seen.entry.parked) return { status: 'parked' };
  const decision = decisionOf(seen.position, seen.outcomes);
  if (decision.status !== 'applied' && decision.status !== 'ignored' && decision.status !== 'refused') return decision;
  const { status, position, programVersion, outcomes } = decision;
  const reason = 'reason' in decision ? { reason: decision.reason } : {};
  return { status: 'duplicate', first: { status, ...reason }, position, programVersion, outcomes };
}

/** The event's time (ms) is after the turn's stamp by more than clocks may differ. */
export function inFuture(time: number, stamp: number): Decision {
  const detail = `the event's time is ${new Date(time).toISOString()}, more than five minutes after now (${new Date(stamp).toISOString()}); set the device's clock, or import history with clock=event`;
  return { status: 'invalid', errors: [{ pointer: '/time', code: 'time_in_future', detail }] };
}

/** An event of so many bytes fits into no entry. */
export function tooLarge(bytes: number): Decision {
  const detail = `the event takes ${bytes} bytes, more than ${limits.entryBytesMax}; split it, or leave out what no rule uses`;
  return { status: 'invalid', errors: [{ pointer: '', code: 'event_too_large', detail }] };
}

/** Of one customer, source and id; the subject may be called by the id it was merged into since. */
function sameEvent(a: Event, b: Event): boolean {
  return a.type === b.type && a.time === b.time && sameValue(a.data, b.data);
}
