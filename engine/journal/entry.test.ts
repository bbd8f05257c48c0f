import t from 'tap';
import { customerOf, decodeEntry, encodeEntry, type JournalEntry, type Sealer } from './entry.js';

const sealer: Sealer = { seal: (_, bytes) => bytes, open: (_, sealed) => sealed };

const ENTRIES: readonly Exclude<JournalEntry, { kind: 'event' }>[] = [
  { kind: 'due', customerId: 'ann' },
  { kind: 'unparked', customerId: 'ann', sequence: 8_193, last: true },
  { kind: 'send', customerId: 'Zoë', campaignId: 'hello', run: 4_096_001, at: 1_772_366_400_000 },
  { kind: 'runOpened', campaignId: '__proto__', at: 1_772_366_400_000 },
  { kind: 'runMoved', campaignId: 'hello', run: 7, cursor: '', reached: 0, passedOver: 0, ended: false },
  { kind: 'runMoved', campaignId: 'hello', run: 7, cursor: 'Zoë', reached: 3, passedOver: 2, ended: true },
  { kind: 'program', version: 2, at: 5, by: 'me', document: { program: 'x', campaigns: [] } },
  { kind: 'importClosed' },
  { kind: 'leads', epoch: 7, node: 'node-a' },
  { kind: 'registry', table: 'properties', key: 'web', value: null },
];

t.test('entries come back as they were', async (t) => {
  for (const entry of ENTRIES) t.same(decodeEntry(encodeEntry(entry), sealer), entry, entry.kind);
});

t.test('an entry is a customer’s or the node’s', async (t) => {
  t.same(ENTRIES.map(customerOf), ['ann', 'ann', 'Zoë', ...Array.from({ length: 7 }, () => undefined)]);
});
