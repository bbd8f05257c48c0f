/**
 * Outcomes as JSON, written by hand because the reply of every event is made of them: a third of the cost of
 * `JSON.stringify(toWire(outcome))`. A property test holds the two equal.
 */
import { HIDDEN, INSTANTS, type Outcome } from '../../actors/outcome.js';
import { ascii, type JsonWriter, writer as shared } from './json-writer.js';
import { utcTime, zonedTime } from './wire-time.js';

const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
const ID = ascii('{"id":');
const TIME = ascii(',"time":');
const CAUSE = ascii(',"cause":{');
const EVENT_ID = ascii('"eventId":');
const CAMPAIGN_ID = ascii('"campaignId":');
const DATA = ascii('},"data":');

/** The array of them. */
export function writeOutcomes(out: JsonWriter, outcomes: readonly Outcome[]): void {
  out.byte(OPEN_LIST);
  for (let at = 0; at < outcomes.length; at++) {
    if (at > 0) out.byte(COMMA);
    writeOutcome(out, outcomes[at] as Outcome);
  }
  out.byte(CLOSE_LIST);
}

export function writeOutcome(out: JsonWriter, outcome: Outcome): void {
  const { cause } = outcome;
  out.constant(ID);
  out.text(outcome.id);
  out.constant(types.get(outcome.type) ?? typeOf(outcome.type));
  out.text(outcome.customerId);
  out.constant(TIME);
  out.raw(utcTime(outcome.time));
  out.constant(CAUSE);
  if (cause.eventId !== undefined) {
    out.constant(EVENT_ID);
    out.text(cause.eventId);
    if (cause.campaignId !== undefined) out.byte(COMMA);
  }
  if (cause.campaignId !== undefined) {
    out.constant(CAMPAIGN_ID);
    out.text(cause.campaignId);
  }
  out.constant(DATA);
  writeData(out, outcome.data as object as Readonly<Record<string, unknown>>, 'UTC');
  out.byte(CLOSE);
}

/** One outcome as text, for what sends them one by one. */
export function outcomeText(outcome: Outcome): string {
  writeOutcome(shared, outcome);
  return shared.takeText();
}

/** `,"type":"points.earned","customerId":`, by type. */
const types = new Map<string, Uint8Array>();

function typeOf(type: string): Uint8Array {
  const piece = ascii(`,"type":"${type}","customerId":`);
  types.set(type, piece);
  return piece;
}

/** How a field is written, found out once per name: names are those of our own outcomes, so there are few. */
interface Field {
  readonly first: Uint8Array;
  readonly next: Uint8Array;
  readonly hidden: boolean;
  readonly instant: boolean;
  readonly rules: boolean;
}
const fields = new Map<string, Field>();

function fieldOf(name: string): Field {
  const field: Field = {
    first: ascii(`{"${name}":`),
    next: ascii(`,"${name}":`),
    hidden: HIDDEN.has(name),
    instant: INSTANTS.has(name),
    rules: name === 'rules',
  };
  fields.set(name, field);
  return field;
}

function writeData(out: JsonWriter, data: Readonly<Record<string, unknown>>, outerZone: string): void {
  const zone = (data.zone as string | undefined) ?? outerZone;
  let empty = true;
  for (const name in data) {
    const value = data[name];
    if (value === undefined) continue;
    const field = fields.get(name) ?? fieldOf(name);
    if (field.hidden) continue;
    out.constant(empty ? field.first : field.next);
    empty = false;
    if (typeof value === 'number') {
      if (field.instant) out.constant(zonedTime(value, zone));
      else out.number(value);
    } else if (typeof value === 'string') out.text(value);
    else if (field.rules && Array.isArray(value)) writeRules(out, value, zone);
    else out.value(value);
  }
  if (empty) out.byte(OPEN);
  out.byte(CLOSE);
}

function writeRules(out: JsonWriter, rules: readonly Readonly<Record<string, unknown>>[], zone: string): void {
  out.byte(OPEN_LIST);
  for (let at = 0; at < rules.length; at++) {
    if (at > 0) out.byte(COMMA);
    writeData(out, rules[at] as Readonly<Record<string, unknown>>, zone);
  }
  out.byte(CLOSE_LIST);
}
