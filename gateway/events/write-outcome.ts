/**
 * Outcomes as JSON, written by hand because the reply of every event is made of them: a third of the cost of
 * `JSON.stringify(toWire(outcome))`. A property test holds the two equal.
 */
import { HIDDEN, INSTANTS, type Outcome } from '../../actors/outcome.js';
import { type JsonWriter, writer as shared } from './json-writer.js';
import { utcTime, wireTime } from './wire-time.js';

const COMMA = 44;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

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
  out.raw('{"id":');
  out.text(outcome.id);
  out.raw(',"type":"');
  out.raw(outcome.type);
  out.raw('","customerId":');
  out.text(outcome.customerId);
  out.raw(',"time":"');
  out.raw(utcTime(outcome.time));
  out.raw('","cause":{');
  if (cause.eventId !== undefined) {
    out.raw('"eventId":');
    out.text(cause.eventId);
    if (cause.campaignId !== undefined) out.byte(COMMA);
  }
  if (cause.campaignId !== undefined) {
    out.raw('"campaignId":');
    out.text(cause.campaignId);
  }
  out.raw('},"data":');
  writeData(out, outcome.data as object as Readonly<Record<string, unknown>>, 'UTC');
  out.byte(CLOSE);
}

/** One outcome as text, for what sends them one by one. */
export function outcomeText(outcome: Outcome): string {
  writeOutcome(shared, outcome);
  return shared.takeText();
}

/** How a field is written, found out once per name: names are those of our own outcomes, so there are few. */
interface Field {
  readonly prefix: string;
  readonly hidden: boolean;
  readonly instant: boolean;
  readonly rules: boolean;
}
const fields = new Map<string, Field>();

function fieldOf(name: string): Field {
  const field: Field = {
    prefix: `${JSON.stringify(name)}:`,
    hidden: HIDDEN.has(name),
    instant: INSTANTS.has(name),
    rules: name === 'rules',
  };
  fields.set(name, field);
  return field;
}

function writeData(out: JsonWriter, data: Readonly<Record<string, unknown>>, outerZone: string): void {
  const zone = (data.zone as string | undefined) ?? outerZone;
  let separator = OPEN;
  for (const name in data) {
    const value = data[name];
    const field = fields.get(name) ?? fieldOf(name);
    if (value === undefined || field.hidden) continue;
    out.byte(separator);
    separator = COMMA;
    out.raw(field.prefix);
    if (typeof value === 'number') {
      if (field.instant) {
        out.byte(34);
        out.raw(wireTime(value, zone));
        out.byte(34);
      } else out.number(value);
    } else if (typeof value === 'string') out.text(value);
    else if (field.rules && Array.isArray(value)) writeRules(out, value, zone);
    else out.value(value);
  }
  if (separator === OPEN) out.byte(OPEN);
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
