/**
 * Outcomes as JSON text, written by hand because the reply of every event is made of them: about a third of the cost of
 * `JSON.stringify(toWire(outcome))`, and a property test holds the two equal.
 */
import { HIDDEN, INSTANTS, type Outcome } from '../../actors/outcome.js';
import { wireTime } from './wire-time.js';

/** The array of them. */
export function writeOutcomes(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '[]';
  let text = `[${writeOutcome(outcomes[0] as Outcome)}`;
  for (let at = 1; at < outcomes.length; at++) text += `,${writeOutcome(outcomes[at] as Outcome)}`;
  return `${text}]`;
}

export function writeOutcome(outcome: Outcome): string {
  const { cause } = outcome;
  let causeText = '{';
  if (cause.eventId !== undefined) causeText += `"eventId":${writeText(cause.eventId)}`;
  if (cause.campaignId !== undefined) {
    causeText += `${cause.eventId === undefined ? '' : ','}"campaignId":${writeText(cause.campaignId)}`;
  }
  return `{"id":${writeText(outcome.id)},"type":"${outcome.type}","customerId":${writeText(outcome.customerId)},"time":"${wireTime(outcome.time, 'UTC')}","cause":${causeText}},"data":${writeData(outcome.data as object as Readonly<Record<string, unknown>>, undefined)}}`;
}

function writeData(data: Readonly<Record<string, unknown>>, outerZone: string | undefined): string {
  const zone = (data.zone as string | undefined) ?? outerZone ?? 'UTC';
  let text = '';
  for (const key in data) {
    const value = data[key];
    if (value === undefined || HIDDEN.has(key)) continue;
    text += text === '' ? '{"' : ',"';
    text += key;
    text += '":';
    if (typeof value === 'number') {
      if (INSTANTS.has(key)) text += `"${wireTime(value, zone)}"`;
      else text += Number.isFinite(value) ? value : 'null';
    } else if (typeof value === 'string') text += writeText(value);
    else if (key === 'rules' && Array.isArray(value)) text += writeRules(value, zone);
    else text += JSON.stringify(value);
  }
  return text === '' ? '{}' : `${text}}`;
}

function writeRules(rules: readonly Readonly<Record<string, unknown>>[], zone: string): string {
  let text = '[';
  for (let at = 0; at < rules.length; at++) {
    if (at > 0) text += ',';
    text += writeData(rules[at] as Readonly<Record<string, unknown>>, zone);
  }
  return `${text}]`;
}

/** A JSON string. Most need no escape, and looking is cheaper than asking. */
export function writeText(text: string): string {
  if (text.length > 64) return JSON.stringify(text);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code === 34 || code === 92 || code >= 0xd800) return JSON.stringify(text);
  }
  return `"${text}"`;
}
