/** Customers for the till: each buys once, and gets as many offers as wanted from the brand's gifts. By real events. */
import { CONTENT_TYPES, purchase } from '../load/purchase.js';
import { TILL_CUSTOMERS, tillCustomersFirst } from '../load/quote.js';
import { ROOT_KEY } from '../servers/commands.js';
import type { ServerProcess } from '../servers/server-process.js';

/** A gift of fifty offers is answered with as many outcomes. */
const CUSTOMERS_PER_BATCH = 100;

/** `TILL_CUSTOMERS` for each number of offers; 0, 5 and 50 there are. Throws where one event was not applied. */
export async function seedTill(node: ServerProcess, held: readonly number[]): Promise<void> {
  const time = new Date().toISOString();
  for (const upTo of held) {
    for (let first = 0; first < TILL_CUSTOMERS; first += CUSTOMERS_PER_BATCH) {
      const events = [];
      for (let i = first; i < first + CUSTOMERS_PER_BATCH; i++) events.push(...eventsOf(i, upTo, time));
      await post(node, events);
    }
  }
}

function eventsOf(i: number, upTo: number, time: string): object[] {
  const number = String(tillCustomersFirst(upTo) + i);
  const bought = purchase(i, time, `-till-${number}`, number);
  const gift = { id: `gift-${number}`, source: 'bench', type: 'gift', subject: `c${number}`, time, data: { upTo } };
  return upTo === 0 ? [bought] : [bought, gift];
}

async function post(node: ServerProcess, events: readonly object[]): Promise<void> {
  const reply = await fetch(`${node.url}/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ROOT_KEY}`, 'content-type': CONTENT_TYPES.ndjson },
    body: events.map((event) => `${JSON.stringify(event)}\n`).join(''),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`seeding was answered ${reply.status}: ${text.slice(0, 1_000)}`);
  const { results } = JSON.parse(text) as { results: readonly { readonly status: string }[] };
  const odd = results.find(({ status }) => status !== 'applied');
  if (odd !== undefined) throw new Error(`seeding: an event was not applied: ${JSON.stringify(odd).slice(0, 1_000)}`);
}
