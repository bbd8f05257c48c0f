import t from 'tap';
import { isPublic, type Outcome, type OutcomeType } from '../../actors/outcome.js';
import { isStreamed, streamedTypes } from '../../actors/program/event-types.js';
import type { Sealer } from './entry.js';
import { decodeOutcomes, encodeOutcomes, TYPES } from './outcomes.js';

/** Seals by turning every byte over; opens unless the customer was erased. */
const sealer = (erased = false): Sealer => ({
  seal: (_, bytes) => bytes.map((byte) => byte ^ 0xff),
  open: (_, sealed) => (erased ? undefined : sealed.map((byte) => byte ^ 0xff)),
});
const TIME = Date.parse('2026-03-01T12:00:00Z');
const POSITION = '17-90211';

function fact(id: string, type: string, data: object, cause = {}, time = TIME): Outcome {
  return { id, type, customerId: 'ann', time, cause, data } as Outcome;
}

const OUTCOMES: readonly Outcome[] = [
  fact('', 'entry.judged', { arrival: TIME + 5, imported: false, programVersion: 3 }, { eventId: 'e1' }),
  fact(
    `${POSITION}-0`,
    'points.earned',
    { account: 'stars', points: 8, lotId: `${POSITION}-0`, expiresAt: null, earnedAt: TIME },
    { eventId: 'e1', campaignId: 'earn' },
  ),
  fact(
    `${POSITION}-1`,
    'profile.changed',
    { attributes: { city: 'Zürich', child: null }, locale: null },
    { eventId: 'e1' },
  ),
  fact(
    `${POSITION}-2`,
    'points.expired',
    { account: 'stars', points: 3, lotId: '3-4096-0', expiresAt: TIME - 1 },
    {},
    TIME - 1,
  ),
  fact(`${POSITION}-3`, 'tag.added', { tag: '__proto__' }, { eventId: 'another' }),
];

t.test('outcomes come back as they were, ids and causes from where they stand', (t) => {
  const bytes = encodeOutcomes(OUTCOMES, 'e1', TIME, sealer());
  t.same(decodeOutcomes(bytes, POSITION, 'ann', 'e1', TIME, sealer()), OUTCOMES);
  t.end();
});

t.test('attributes never stand in clear, and are absent once the key is gone', (t) => {
  const bytes = encodeOutcomes(OUTCOMES, 'e1', TIME, sealer());
  t.notOk(bytes.includes('city') || bytes.includes('Zürich'));
  const [, , changed] = decodeOutcomes(bytes, POSITION, 'ann', 'e1', TIME, sealer(true));
  t.same(changed?.data, { locale: null });
  t.end();
});

t.test('one entry does not show through in the next', (t) => {
  encodeOutcomes(OUTCOMES, 'e1', TIME, sealer());
  const one = OUTCOMES.slice(0, 1);
  t.same(decodeOutcomes(encodeOutcomes(one, 'e1', TIME, sealer()), POSITION, 'ann', 'e1', TIME, sealer()), one);
  t.end();
});

t.test('readers may ask for every type of outcome that they are given, and for no other', async (t) => {
  const shown = TYPES.filter((type) => isPublic({ type } as Outcome));
  for (const type of shown) t.ok(isStreamed(type), type);
  const later = /^(message|reward)\.|^customer\.|^event\.ignored$/;
  for (const type of streamedTypes()) t.ok(shown.includes(type as OutcomeType) || later.test(type), type);
});
