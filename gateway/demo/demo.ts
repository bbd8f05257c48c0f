/**
 * What `serve --demo` shows: Corner Coffee with a few hundred regulars and six weeks of their purchases, made from a
 * seed through the real engine, and three curl lines that show a purchase, a behavior and a profile.
 */
import type { Event } from '../../actors/event.js';
import { readEvent } from '../../actors/events/read.js';
import { validateProgram } from '../../actors/program/validate.js';
import type { Engine } from '../../engine/contract.js';
import { CORNER_COFFEE } from './program.js';

const CUSTOMERS = 300;
const DAYS = 42;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The customer of the curl lines: has bought four lattes this month. */
const ANN = 'ann';

const MENU = [
  { sku: 'LATTE-L', name: 'Large latte', categories: ['latte', 'drinks'], unitPrice: 450 },
  { sku: 'LATTE-S', name: 'Small latte', categories: ['latte', 'drinks'], unitPrice: 380 },
  { sku: 'DRIP', name: 'Drip coffee', categories: ['drinks'], unitPrice: 275 },
  { sku: 'MUFFIN', name: 'Blueberry muffin', categories: ['bakery'], unitPrice: 325 },
  { sku: 'BAGEL', name: 'Bagel', categories: ['bakery'], unitPrice: 295 },
  { sku: 'BEANS', name: 'House beans', categories: ['beans'], unitPrice: 1650 },
];
const NAMES = ['Ada', 'Ben', 'Chloé', 'Dmitri', 'Élise', 'Fatima', 'Goran', 'Hana', 'Iker', 'Júlia', 'Kofi', 'Lin'];

/** Publishes the program and loads the history up to `now`. */
export async function seedDemo(engine: Engine, now: number): Promise<void> {
  const validated = validateProgram(CORNER_COFFEE);
  if (!validated.ok) throw new Error(`the demo's program is not valid: ${JSON.stringify(validated.errors)}`);
  await engine.publish(validated.document, 'demo');
  const events = history(now);
  for (let at = 0; at < events.length; at += 1_000) {
    const decisions = await engine.submit(events.slice(at, at + 1_000), 'event');
    const wrong = decisions.find((decision) => decision.status === 'invalid');
    if (wrong !== undefined) throw new Error(`the demo's history is not valid: ${JSON.stringify(wrong)}`);
  }
  await engine.closeImport();
}

/** Ascending by time; the same for the same `now`. */
function history(now: number): Event[] {
  const events: Event[] = [];
  const random = seeded(20_26);
  for (let n = 0; n < CUSTOMERS; n++) {
    const id = `c-${1_000 + n}`;
    const joined = now - DAYS * DAY_MS + Math.floor(random() * 7 * DAY_MS);
    events.push(
      valid({
        id: `join-${id}`,
        source: 'app',
        type: 'profile.updated',
        subject: id,
        time: iso(joined),
        data: { attributes: { firstName: pick(NAMES, random) } },
      }),
    );
    const visits = 1 + Math.floor(random() * random() * 30);
    for (let v = 0; v < visits; v++) {
      const time = joined + Math.floor(random() * (now - HOUR_MS - joined));
      events.push(valid(visit(id, `${id}-${v}`, time, random)));
    }
  }
  events.push(
    valid({
      id: 'join-ann',
      source: 'app',
      type: 'profile.updated',
      subject: ANN,
      time: iso(now - 20 * DAY_MS),
      data: { attributes: { firstName: 'Ann' }, timeZone: 'America/New_York' },
    }),
  );
  for (let v = 0; v < 4; v++) events.push(valid(latte(`ann-${v}`, now - (18 - v * 4) * DAY_MS)));
  return events.sort((a, b) => a.time - b.time);
}

function visit(subject: string, transactionId: string, time: number, random: () => number): Record<string, unknown> {
  const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, i) => ({
    lineId: String(i + 1),
    ...pick(MENU, random),
    quantity: 1 + Math.floor(random() * 2),
  }));
  const storeId = pick(['bos-1', 'bos-1', 'bos-2', 'chi-1', 'sea-1'], random);
  return {
    id: transactionId,
    source: `pos/${storeId}`,
    type: 'purchase',
    subject,
    time: iso(time),
    data: { transactionId, storeId, channel: 'pos', lines },
  };
}

function latte(transactionId: string, time: number): Record<string, unknown> {
  const lines = [{ lineId: '1', ...MENU[0], quantity: 1 }];
  return {
    id: transactionId,
    source: 'pos/bos-1',
    type: 'purchase',
    subject: ANN,
    time: iso(time),
    data: { transactionId, storeId: 'bos-1', channel: 'pos', lines },
  };
}

/** What the terminal shows when the demo is alive. */
export function demoLines(port: number, key: string, now: number): string[] {
  const base = `http://127.0.0.1:${port}`;
  const curl = (path: string, body?: object): string => {
    const data = body === undefined ? '' : ` -H 'content-type: application/json' -d '${JSON.stringify(body)}'`;
    return `curl -s ${base}${path} -H 'authorization: Bearer ${key}'${data}`;
  };
  const beans = {
    id: 'try-1',
    source: 'pos/bos-1',
    type: 'purchase',
    subject: ANN,
    time: iso(now),
    data: {
      transactionId: 'try-1',
      storeId: 'bos-1',
      channel: 'pos',
      currency: 'USD',
      lines: [{ lineId: '1', sku: 'BEANS', name: 'House beans', categories: ['beans'], quantity: 2, unitPrice: 1650 }],
    },
  };
  const fifth = { ...latte('try-2', now), id: 'try-2' };
  return [
    '',
    '  Regulars is alive: Corner Coffee, a made-up brand with 301 customers and six weeks of their purchases.',
    `  Its data is in a temporary folder and goes when you stop it (Ctrl-C). Read the API at ${base}/docs`,
    '',
    '  1. Ann buys beans: points in the reply.',
    `     ${curl('/v1/events', beans)}`,
    '',
    '  2. Ann buys her fifth latte in thirty days: the behavior completes, a free latte is in the reply.',
    `     ${curl('/v1/events', fifth)}`,
    '',
    '  3. What is known of Ann now.',
    `     ${curl(`/v1/customers/${ANN}`)}`,
    '',
  ];
}

function valid(raw: Record<string, unknown>): Event {
  const read = readEvent(raw, 'demo');
  if (!read.ok) throw new Error(`the demo made an event that is not valid: ${JSON.stringify(read.errors)}`);
  return read.event;
}

function pick<T>(from: readonly T[], random: () => number): T {
  return from[Math.floor(random() * from.length)]!;
}

/** mulberry32: small, seeded, good enough for made-up customers. */
function seeded(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
