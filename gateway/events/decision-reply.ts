/** What became of an event, as the API says it: as JSON bytes for speed, as a value for everything else. Same fields, same order. */
import { type Outcome, toWire } from '../../actors/outcome.js';
import type { Decision } from '../../engine/contract.js';
import type { InvalidItem } from './batch.js';
import { ascii, type JsonWriter } from './json-writer.js';
import { writeOutcomes } from './write-outcome.js';

/** How an event is named in its reply. */
export interface Named {
  readonly id: string;
  readonly source: string;
}

const ID = ascii('{"id":');
const SOURCE = ascii(',"source":');
const POSITION = ascii(',"position":"');
const VERSION = ascii('","programVersion":');
const OUTCOMES = ascii(',"outcomes":');
const STATUS: Readonly<Record<Decision['status'], Uint8Array>> = {
  applied: ascii(',"status":"applied"'),
  duplicate: ascii(',"status":"duplicate"'),
  ignored: ascii(',"status":"ignored"'),
  refused: ascii(',"status":"refused"'),
  invalid: ascii(',"status":"invalid"'),
  parked: ascii(',"status":"parked"'),
};

/** Writes `{"id": …, "status": …, …}`. */
export function writeDecision(out: JsonWriter, named: Named, decision: Decision): void {
  out.constant(ID);
  out.text(named.id);
  out.constant(SOURCE);
  out.text(named.source);
  out.constant(STATUS[decision.status]);
  switch (decision.status) {
    case 'invalid':
      out.raw(',"errors":');
      out.value(decision.errors);
      out.raw('}');
      return;
    case 'parked':
      out.raw(',"retryable":true}');
      return;
    case 'ignored':
    case 'refused':
      out.raw(',"reason":');
      out.text(decision.reason);
      if (decision.detail !== undefined) {
        out.raw(',"detail":');
        out.text(decision.detail);
      }
      if (decision.firstEventId !== undefined) {
        out.raw(',"firstEventId":');
        out.text(decision.firstEventId);
      }
      out.constant(POSITION);
      break;
    case 'duplicate':
      out.raw(',"first":');
      out.value(decision.first);
      out.constant(POSITION);
      break;
    case 'applied':
      out.constant(POSITION);
      break;
  }
  out.raw(decision.position);
  out.constant(VERSION);
  out.number(decision.programVersion);
  out.constant(OUTCOMES);
  writeOutcomes(out, decision.outcomes);
  out.raw('}');
}

/** The same as a value. */
export function decisionValue(named: Named, decision: Decision): Record<string, unknown> {
  const head = { id: named.id, source: named.source, status: decision.status };
  switch (decision.status) {
    case 'invalid':
      return { ...head, errors: decision.errors };
    case 'parked':
      return { ...head, retryable: true };
    case 'ignored':
    case 'refused':
      return {
        ...head,
        reason: decision.reason,
        ...(decision.detail === undefined ? {} : { detail: decision.detail }),
        ...(decision.firstEventId === undefined ? {} : { firstEventId: decision.firstEventId }),
        ...placed(decision),
      };
    case 'duplicate':
      return { ...head, first: decision.first, ...placed(decision) };
    case 'applied':
      return { ...head, ...placed(decision) };
  }
}

/** Of an item that was refused before the engine saw it. */
export function invalidValue(item: InvalidItem): Record<string, unknown> {
  return {
    ...(item.id === undefined ? {} : { id: item.id }),
    ...(item.source === undefined ? {} : { source: item.source }),
    status: 'invalid',
    ...(item.line === undefined ? {} : { line: item.line }),
    errors: item.errors,
  };
}

function placed(decision: {
  position: string;
  programVersion: number;
  outcomes: readonly Outcome[];
}): Record<string, unknown> {
  return {
    position: decision.position,
    programVersion: decision.programVersion,
    outcomes: decision.outcomes.map(toWire),
  };
}
