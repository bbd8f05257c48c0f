/** What became of an event, as the API says it: as JSON text for speed, as a value for everything else. Same fields, same order. */
import { type Outcome, toWire } from '../../actors/outcome.js';
import type { Decision } from '../../engine/contract.js';
import type { InvalidItem } from './read-batch.js';
import { writeOutcomes, writeText } from './write-outcome.js';

/** How an event is named in its reply. */
export interface Named {
  readonly id: string;
  readonly source: string;
}

export function decisionText(named: Named, decision: Decision): string {
  let text = `{"id":${writeText(named.id)},"source":${writeText(named.source)},"status":"${decision.status}"`;
  switch (decision.status) {
    case 'invalid':
      return `${text},"errors":${JSON.stringify(decision.errors)}}`;
    case 'parked':
      return `${text},"retryable":true}`;
    case 'ignored':
    case 'refused':
      text += `,"reason":${writeText(decision.reason)}`;
      if (decision.detail !== undefined) text += `,"detail":${writeText(decision.detail)}`;
      if (decision.firstEventId !== undefined) text += `,"firstEventId":${writeText(decision.firstEventId)}`;
      break;
    case 'duplicate':
      text += `,"first":${JSON.stringify(decision.first)}`;
      break;
    case 'applied':
      break;
  }
  return `${text},"position":"${decision.position}","programVersion":${decision.programVersion},"outcomes":${writeOutcomes(decision.outcomes)}}`;
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
