/** Sentences on merges that have no table of their own (PROGRAM: Merge). */
import t from 'tap';
import { isPublic } from '../outcome.js';
import { event, programOf, purchase } from './scenario.js';
import { Pair } from './testing/pair.js';

const gift = (id: string, offer: string) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ offer }],
});

t.test('offers of both are held, with their uses and ends', (t) => {
  const program = programOf({
    offers: [{ id: 'o', kind: 'digital', validity: { for: 'P30D' }, uses: 2 }],
    campaigns: [gift('g', 'o')],
  });
  const two = new Pair(program);
  two.report('ann', purchase('a', '2026-05-01T10:00:00Z', 100));
  const [issue] = two.states.ann!.offers;
  two.report('ann', event('offer.redeemed', 'u', '2026-05-02T10:00:00Z', { issueId: issue!.id }));
  two.report('bob', purchase('b', '2026-05-03T10:00:00Z', 100));
  two.merge();
  t.match(two.profile('2026-05-10T10:00:00Z').offers, [
    { id: issue!.id, usesLeft: 1, expiresAt: '2026-05-31T10:00:00Z' },
    { usesLeft: 2, expiresAt: '2026-06-02T10:00:00Z' },
  ]);
  t.end();
});

t.test('whom the merge made complete nothing has completed by it, also of a sequence and a streak', (t) => {
  const campaign = (id: string, behavior: object) => ({
    id,
    kind: 'promotion',
    behavior,
    outcomes: [{ tag: { add: id } }],
  });
  const program = programOf({
    campaigns: [
      campaign('steps', { sequence: [{ event: 'purchase' }, { event: 'purchase' }] }),
      campaign('days', { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 2 } }] }),
      campaign('sum', { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 200, carry: true } }] }),
    ],
  });
  const two = new Pair(program);
  two.report('ann', purchase('a', '2026-05-08T10:00:00Z', 100));
  two.report('bob', purchase('b', '2026-05-09T10:00:00Z', 100));
  t.same(
    two
      .merge()
      .filter(isPublic)
      .map(({ type }) => type),
    ['customer.merged'],
  );
  t.end();
});

t.test('of a rule that the program changed between, both wait for one absence, the later', (t) => {
  const away = (where: object) =>
    programOf({
      campaigns: [
        {
          id: 'away',
          kind: 'promotion',
          behavior: { all: [{ event: 'purchase', absent: true, within: { rolling: 'P10D' }, ...where }] },
          outcomes: [{ points: { account: 'stars', fixed: 5 } }],
        },
      ],
    });
  for (const [first, then] of [
    ['ann', 'bob'],
    ['bob', 'ann'],
  ] as const) {
    const two = new Pair(away({ where: { field: 'amount', gte: 1 } }));
    two.report(first, purchase('a', '2026-05-01T10:00:00Z', 100));
    two.program = away({});
    two.report(then, purchase('b', '2026-05-02T10:00:00Z', 100));
    two.merge('2026-05-03T10:00:00Z');
    t.equal(two.states.bob!.behaviors[0]!.absences.length, 1, `of ${first} first`);
    const outcomes = two.report('bob', event('app.opened', 'e', '2026-06-10T10:00:00Z', {})).filter(isPublic);
    t.same(
      outcomes.map(({ type, time }) => [type, time]),
      ['behavior.completed', 'points.earned'].map((type) => [type, Date.parse('2026-05-12T10:00:00Z')]),
    );
  }
  t.end();
});
