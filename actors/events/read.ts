/**
 * From whatever came in to a valid event: every check that needs neither program nor state (DESIGN D5).
 *
 * The way in is checked by compiled schemas and costs well under a microsecond for a usual purchase; only what fails is
 * walked again, to say everything that is wrong, where, and how to mend it. Invariants: what comes out has exactly the
 * fields of `Event`; nothing unknown is kept; nothing is converted.
 */
import type { Event } from '../event.js';
import { suggestion } from '../program/nearest.js';
import { at, type Problem, Problems, shown } from '../program/problem.js';
import { isAnonymous } from '../till/anonymous.js';
import { isTillType } from '../till/step.js';
import { parseInstant } from '../time/instant.js';
import { dataCheckOf } from './data-check.js';
import { idDetail, isName, isPlain, sane } from './sane.js';

export type Read =
  | { readonly ok: true; readonly event: Event }
  | { readonly ok: false; readonly errors: readonly Problem[] };

/** `defaultSource` is used where the event names none. Never throws. */
export function readEvent(raw: unknown, defaultSource: string): Read {
  const event = quick(raw, defaultSource);
  return event === undefined ? { ok: false, errors: explain(raw, defaultSource) } : { ok: true, event };
}

/** The event where everything is fine, else undefined. */
function quick(raw: unknown, defaultSource: string): Event | undefined {
  if (!isPlain(raw)) return undefined;
  const { id, type, subject } = raw;
  const source = raw.source === undefined ? defaultSource : raw.source;
  if (typeof id !== 'string' || typeof source !== 'string' || typeof type !== 'string' || typeof subject !== 'string')
    return undefined;
  if (!isName(id) || !isName(source) || !isName(subject) || isAnonymous(subject) || typeof raw.time !== 'string')
    return undefined;
  const time = parseInstant(raw.time);
  if (time === undefined) return undefined;
  for (const key in raw) if (!envelopeKey(key, raw[key])) return undefined;
  const check = dataCheckOf(type);
  if (check === undefined) {
    if (!isName(type) || isTillType(type)) return undefined;
    const data = raw.data === undefined ? {} : raw.data;
    return isPlain(data) && sane(data, 0, '', undefined) ? { id, source, type, subject, time, data } : undefined;
  }
  // A type that needs nothing may leave its data out.
  const data = raw.data === undefined ? {} : raw.data;
  if (!isPlain(data) || !check.holds(data)) return undefined;
  return { id, source, type, subject, time, data };
}

function envelopeKey(key: string, value: unknown): boolean {
  switch (key) {
    case 'id':
    case 'source':
    case 'type':
    case 'subject':
    case 'time':
    case 'data':
      return true;
    case 'specversion':
      return value === '1.0';
    default:
      return isExtension(key) && (value === null || typeof value !== 'object');
  }
}

/** Names of CloudEvents attributes: lower case letters and digits (CloudEvents 1.0, "Naming conventions"). */
function isExtension(key: string): boolean {
  if (key.length === 0 || key.length > 64) return false;
  for (let i = 0; i < key.length; i++) {
    const unit = key.charCodeAt(i);
    if (!((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57))) return false;
  }
  return true;
}

/** Everything that is wrong with it. At least one problem. */
function explain(raw: unknown, defaultSource: string): readonly Problem[] {
  const problems = new Problems();
  if (!isPlain(raw)) {
    problems.add(
      '',
      'not_an_event',
      `An event is a JSON object with id, type, subject, time and data; this is ${shown(raw)}.`,
    );
    return problems.list;
  }
  for (const field of ['id', 'source', 'type', 'subject'] as const) {
    const value = field === 'source' && raw.source === undefined ? defaultSource : raw[field];
    if (value === undefined) problems.add(`/${field}`, 'required', MISSING[field]);
    else if (typeof value !== 'string') problems.add(`/${field}`, 'wrong_type', `Takes a text, not ${shown(value)}.`);
    else if (!isName(value)) problems.add(`/${field}`, 'id_invalid', idDetail(value));
    else if (field === 'subject' && isAnonymous(value))
      problems.add(
        '/subject',
        'id_reserved',
        'Ids that begin with “anonymous:” are of sales nobody has claimed; use another.',
      );
    else if (field === 'type' && isTillType(value))
      problems.add('/type', 'type_reserved', 'Types that begin with “pos.” are the till’s own; ask /v1/pos/… instead.');
  }
  if (raw.time === undefined) problems.add('/time', 'required', 'Say when it happened, as 2026-11-24T08:26:00-05:00.');
  else if (typeof raw.time !== 'string' || parseInstant(raw.time) === undefined) {
    problems.add(
      '/time',
      'time_invalid',
      `${shown(raw.time)} is not RFC 3339 with an offset on a day that exists, as 2026-11-24T08:26:00-05:00 or …Z.`,
    );
  }
  for (const key in raw) {
    if (key === '__proto__')
      problems.add('/__proto__', 'forbidden_key', 'A property may not be named __proto__; rename it.');
    else if (envelopeKey(key, raw[key])) continue;
    else if (key === 'specversion')
      problems.add('/specversion', 'not_allowed', 'CloudEvents 1.0 is spoken here: "1.0", or leave it out.');
    else
      problems.add(
        at('', key),
        'unknown_key',
        `There is no ${shown(key)} in the envelope.${suggestion(key, ENVELOPE)} Fields of your own go into data.`,
      );
  }
  if (typeof raw.type === 'string' && isName(raw.type)) explainData(raw.type, raw.data, problems);
  if (problems.list.length === 0) problems.add('', 'invalid', 'The event is not valid.');
  return problems.list;
}

function explainData(type: string, data: unknown, problems: Problems): void {
  const check = dataCheckOf(type);
  if (check === undefined) {
    if (data !== undefined && !isPlain(data))
      problems.add('/data', 'wrong_type', `Takes an object, not ${shown(data)}.`);
    else if (data !== undefined) sane(data, 0, '/data', problems);
    return;
  }
  if (data === undefined) {
    if (check.holds({})) return;
    problems.add('/data', 'required', `An event of type ${type} needs data.`);
    return;
  }
  if (!isPlain(data)) {
    problems.add('/data', 'wrong_type', `Takes an object, not ${shown(data)}.`);
    return;
  }
  check.explain(data, problems);
}

const ENVELOPE = ['id', 'source', 'type', 'subject', 'time', 'data', 'specversion'];
const MISSING = {
  id: 'Give the event an id, unique together with its source; a repeat with the same id is answered alike.',
  source: 'Say who reports.',
  type: 'Say what happened, as purchase.',
  subject: "Name the customer: subject is the customer's id.",
};
