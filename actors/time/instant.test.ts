import fc from 'fast-check';
import t from 'tap';
import { formatInstant, parseInstant } from './instant.js';
import { offsetAt } from './zone.js';

t.test('RFC 3339 is read to the millisecond', (t) => {
  const rows: [text: string, iso: string][] = [
    ['2026-11-24T08:26:00-05:00', '2026-11-24T13:26:00.000Z'],
    ['2026-11-24T13:26:00Z', '2026-11-24T13:26:00.000Z'],
    ['2026-11-24t13:26:00z', '2026-11-24T13:26:00.000Z'],
    ['2026-11-24T13:26:00.5Z', '2026-11-24T13:26:00.500Z'],
    ['2026-11-24T13:26:00.123456789+00:00', '2026-11-24T13:26:00.123Z'],
    ['2026-11-24T13:26:00.9999Z', '2026-11-24T13:26:00.999Z'],
    ['2026-11-24T13:26:00-00:00', '2026-11-24T13:26:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T23:59:59Z', '2000-02-29T23:59:59.000Z'],
    ['2026-01-01T00:00:00+05:45', '2025-12-31T18:15:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1969-12-31T23:59:59.999Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ];
  for (const [text, iso] of rows) t.equal(parseInstant(text), Date.parse(iso), text);
  t.end();
});

t.test('what is not RFC 3339 with an offset, or no day, is not an instant', (t) => {
  const texts = [
    '',
    '2026-11-24',
    '2026-11-24T13:26:00',
    '2026-11-24T13:26Z',
    '2026-11-24 13:26:00Z',
    '2026-02-29T00:00:00Z',
    '1900-02-29T00:00:00Z',
    '2026-04-31T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2016-12-31T23:59:60Z',
    '2026-01-01T00:00:00.Z',
    '2026-01-01T00:00:00,5Z',
    '2026-01-01T00:00:00+24:00',
    '2026-01-01T00:00:00+05:60',
    '2026-01-01T00:00:00+0530',
    '2026-01-01T00:00:00+05',
    '2026-01-01T00:00:00ZZ',
    '2026-01-01T00:00:00Z ',
    ' 2026-01-01T00:00:00Z',
    '+02026-01-01T00:00:00Z',
    '20a6-01-01T00:00:00Z',
    '２０26-01-01T00:00:00Z',
    `2026-01-01T00:00:00.${'1'.repeat(100)}Z`,
  ];
  for (const text of texts) t.equal(parseInstant(text), undefined, JSON.stringify(text));
  t.end();
});

t.test('instants are written in their zone', (t) => {
  const rows: [iso: string, zone: string, text: string][] = [
    ['2027-12-01T04:59:59Z', 'America/New_York', '2027-11-30T23:59:59-05:00'],
    ['2026-11-24T13:26:00Z', 'UTC', '2026-11-24T13:26:00Z'],
    ['2026-11-24T13:26:00.050Z', 'Etc/UTC', '2026-11-24T13:26:00.050Z'],
    ['2026-11-24T13:26:00.007Z', 'Asia/Kathmandu', '2026-11-24T19:11:00.007+05:45'],
    ['2026-12-24T13:26:00Z', 'Europe/London', '2026-12-24T13:26:00+00:00'],
    ['1970-01-01T00:00:00Z', 'America/St_Johns', '1969-12-31T20:30:00-03:30'],
    ['1960-01-01T00:00:00Z', 'Africa/Monrovia', '1959-12-31T23:16:00-00:44'],
    ['0099-01-01T00:00:00Z', 'UTC', '0099-01-01T00:00:00Z'],
    ['+012026-01-01T00:00:00Z', 'UTC', '+012026-01-01T00:00:00Z'],
    ['-000001-01-01T00:00:00Z', 'UTC', '-000001-01-01T00:00:00Z'],
  ];
  for (const [iso, zone, text] of rows) t.equal(formatInstant(Date.parse(iso), zone), text);
  t.end();
});

const zone = fc.constantFrom('UTC', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'Africa/Monrovia');
const instant = fc.integer({ min: Date.parse('0001-01-02T00:00:00Z'), max: Date.parse('9999-12-30T00:00:00Z') });

t.test('what is written is read back as the same instant', (t) => {
  fc.assert(
    fc.property(zone, instant, (name, ms) => {
      const text = formatInstant(ms, name);
      return parseInstant(text) === ms && (offsetAt(name, ms) % 60_000 !== 0 || Date.parse(text) === ms);
    }),
    { numRuns: 2_000, verbose: true },
  );
  t.end();
});

t.test('no text throws, and what is read agrees with Date', (t) => {
  const nearly = fc.tuple(instant, fc.nat(30), fc.string({ maxLength: 2 })).map(([ms, place, text]) => {
    const iso = new Date(ms).toISOString();
    return iso.slice(0, place) + text + iso.slice(place + text.length);
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const read = parseInstant(text);
      return read === undefined || read === Date.parse(text.replace(/(\.\d{3})\d+/, '$1').toUpperCase());
    }),
    { numRuns: 5_000, verbose: true },
  );
  t.end();
});
