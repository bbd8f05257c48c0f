import { decode } from '@msgpack/msgpack';
import t from 'tap';
import { Blanks, Numbers } from './blanks.js';
import { body, type Format, type Purchase } from './purchase.js';

const TIME = '2026-11-24T13:26:00Z';

function read(format: Format, bytes: Buffer): Purchase[] {
  if (format === 'msgpack') return decode(bytes) as Purchase[];
  if (format === 'json') return [JSON.parse(bytes.toString())].flat();
  return bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

for (const format of ['json', 'ndjson', 'msgpack'] as const) {
  t.test(`${format}: every send has ids of its own, and every customer once before any comes again`, async (t) => {
    const bytes = body(format, 50, 3, TIME);
    const blanks = new Blanks(bytes);
    const numbers = new Numbers(1_000, 500, 200);
    const ids = new Set<string>();
    const customers = new Map<string, number>();
    for (let send = 0; send < 4; send++) {
      blanks.fill(numbers);
      for (const event of read(format, bytes)) {
        t.equal(event.data.transactionId, event.id.replace('e', 't'));
        ids.add(event.id);
        customers.set(event.subject, (customers.get(event.subject) ?? 0) + 1);
      }
    }
    t.equal(ids.size, 200);
    t.equal(numbers.used, 200);
    t.equal(customers.size, 200);
    t.ok(ids.has('e0000001000'));
    t.ok(ids.has('e0000001199'));
    t.ok(customers.has('c0000500'));
    t.ok(customers.has('c0000699'));
  });
}

t.test('a request without an event, as a read is, gets a customer', async (t) => {
  const bytes = Buffer.from('GET /v1/customers/c~~~~~~~ HTTP/1.1\r\n\r\n');
  new Blanks(bytes).fill(new Numbers(0, 42, 10));
  t.equal(bytes.toString(), 'GET /v1/customers/c0000042 HTTP/1.1\r\n\r\n');
});
