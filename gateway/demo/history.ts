/**
 * The history that `serve --demo` starts with: a few hundred customers of Corner Coffee and six weeks of what they did,
 * made from a seed and loaded through the real engine. The same for the same `now`.
 */
import type { Event } from '../../actors/event.js';
import { readEvent } from '../../actors/events/read.js';
import { validateProgram } from '../../actors/program/validate.js';
import { startOf } from '../../actors/time/calendar.js';
import type { Engine } from '../../engine/contract.js';
import { LATTE, MENU } from './menu.js';
import { CORNER_COFFEE } from './program.js';

/** The customer of the guide: has bought four lattes in the last thirty days. */
export const ANN = 'ann';

const CUSTOMERS = 300;
const DAYS = 42;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const SEED = 20_26;
const EVENTS_AT_ONCE = 1_000;
const NAMES = ['Ada', 'Ben', 'Chloé', 'Dmitri', 'Élise', 'Fatima', 'Goran', 'Hana', 'Iker', 'Júlia', 'Kofi', 'Lin'];
/** Boston's first store is the busiest. */
const STORES = [0, 0, 0, 1, 1, 2, 3].map((place) => CORNER_COFFEE.stores[place]!);
/** Local hours at which people come: most before work. */
const HOURS = [6, 7, 7, 7, 8, 8, 8, 8, 9, 9, 10, 11, 12, 12, 13, 14, 15, 15, 16, 17];

type Random = () => number;
type Raw = Record<string, unknown>;

/** Publishes the program and loads the history up to `now`. Resolves to how many customers there are. */
export async function seedDemo(engine: Engine, now: number): Promise<number> {
  const validated = validateProgram(CORNER_COFFEE);
  if (!validated.ok) throw new Error(`the demo's program is not valid: ${JSON.stringify(validated.errors)}`);
  await engine.publish(validated.document, 'demo');
  const events = demoHistory(now);
  for (let at = 0; at < events.length; at += EVENTS_AT_ONCE) {
    const decisions = await engine.submit(events.slice(at, at + EVENTS_AT_ONCE), 'event');
    const wrong = decisions.find(({ status }) => status !== 'applied' && status !== 'ignored');
    if (wrong !== undefined) throw new Error(`the demo's history is not valid: ${JSON.stringify(wrong)}`);
  }
  await engine.closeImport();
  return new Set(events.map(({ subject }) => subject)).size;
}

/** Ascending by time. */
export function demoHistory(now: number): Event[] {
  const random = seeded(SEED);
  const raw = [...annsHistory(now)];
  for (let n = 0; n < CUSTOMERS; n++) raw.push(...customerHistory(`c-${1_000 + n}`, now, random));
  return raw.map(valid).sort((a, b) => a.time - b.time);
}

function* annsHistory(now: number): Iterable<Raw> {
  yield joined(ANN, 'Ann', now - 20 * DAY_MS);
  for (let visit = 0; visit < 4; visit++) {
    const time = now - (18 - visit * 4) * DAY_MS;
    yield purchase(ANN, `ann-${visit + 1}`, 'bos-1', time, [{ lineId: '1', ...LATTE, quantity: 1 }]);
  }
}

function* customerHistory(id: string, now: number, random: Random): Iterable<Raw> {
  const since = now - DAYS * DAY_MS + Math.floor(random() * 7 * DAY_MS);
  yield joined(id, pick(NAMES, random), since);
  const home = pick(STORES, random);
  const visits = 1 + Math.floor(random() * random() * 30);
  for (let visit = 0; visit < visits; visit++) {
    const store = random() < 0.8 ? home : pick(STORES, random);
    const time = inOpeningHours(since + random() * (now - HOUR_MS - since), store.timeZone, random);
    if (time <= since || time > now - HOUR_MS) continue;
    const transactionId = `${id}-${visit + 1}`;
    const lines = basket(random);
    yield purchase(id, transactionId, store.id, time, lines);
    const after = time + 10 * 60_000;
    if (random() < 0.03) yield returned(id, transactionId, store.id, after, lines[0]!.lineId);
    else if (random() < 0.04) yield survey(id, transactionId, after, 1 + Math.floor(random() * 5));
  }
}

function inOpeningHours(time: number, timeZone: string, random: Random): number {
  return startOf('day', timeZone, time) + pick(HOURS, random) * HOUR_MS + Math.floor(random() * HOUR_MS);
}

function basket(random: Random) {
  return Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => ({
    lineId: String(i + 1),
    ...pick(MENU, random),
    quantity: random() < 0.8 ? 1 : 2,
  }));
}

function joined(subject: string, firstName: string, time: number): Raw {
  return raw(`join-${subject}`, 'app', 'profile.updated', subject, time, { attributes: { firstName } });
}

export function purchase(subject: string, transactionId: string, storeId: string, time: number, lines: unknown): Raw {
  const data = { transactionId, storeId, channel: 'pos', currency: 'USD', lines };
  return raw(transactionId, `pos/${storeId}`, 'purchase', subject, time, data);
}

function returned(subject: string, original: string, storeId: string, time: number, lineId: string): Raw {
  const data = { transactionId: `${original}-r`, originalTransactionId: original, lines: [{ lineId, quantity: 1 }] };
  return raw(data.transactionId, `pos/${storeId}`, 'return', subject, time, data);
}

function survey(subject: string, about: string, time: number, score: number): Raw {
  return raw(`${about}-s`, 'app', 'survey.done', subject, time, { score });
}

function raw(id: string, source: string, type: string, subject: string, time: number, data: Raw): Raw {
  return { id, source, type, subject, time: new Date(time).toISOString(), data };
}

function valid(event: Raw): Event {
  const read = readEvent(event, 'demo');
  if (!read.ok) throw new Error(`the demo made an event that is not valid: ${JSON.stringify(read.errors)}`);
  return read.event;
}

function pick<T>(from: readonly T[], random: Random): T {
  return from[Math.floor(random() * from.length)]!;
}

/** mulberry32: small, seeded, good enough for made-up customers. */
function seeded(seed: number): Random {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
