import t from 'tap';
import type { Outcome } from '../outcome.js';
import { event, given, programOf, purchase, Scenario } from './scenario.js';
import { MemoryLimits } from './shared-limits.memory.js';

const offers = [
  {
    id: 'free-latte',
    kind: 'closedLoop',
    validity: { for: 'P14D' },
    discount: { kind: 'amountOffCheck', amount: 450 },
  },
  { id: 'free-mug', kind: 'physical' },
];
const WELCOME = {
  id: 'welcome',
  kind: 'multiUse',
  code: 'Wel-come 1',
  perCustomer: 2,
  total: 3,
  outcomes: [{ points: { account: 'stars', fixed: 100 } }],
};
const LETTER = { id: 'letter', kind: 'singleUse', count: 100, length: 10, outcomes: [{ offer: 'free-latte' }] };
const program = programOf({ offers, promoCodes: [WELCOME, LETTER] });
const NOON = '2026-03-01T12:00:00Z';
const claim = (id: string, code: string, time = NOON) => event('promo_code.claimed', id, time, { code });
const refusal = (outcomes: readonly Outcome[]) => outcomes.find(({ type }) => type === 'event.refused')?.data;

t.test('a claim gives the outcomes of the code', async (t) => {
  given(program)
    .when(claim('a', 'WELCOME1'))
    .gives(t, [
      ['promo_code.claimed', { code: 'WELCOME1', promoCodeId: 'welcome' }],
      ['points.earned', { account: 'stars', points: 100 }],
    ]);
  given(program)
    .when(claim('a', 'LETTER0007'))
    .gives(t, [
      ['promo_code.claimed', { code: 'LETTER0007', promoCodeId: 'letter' }],
      ['offer.issued', { offerId: 'free-latte', uses: 1 }],
    ]);
});

t.test('codes are compared without case, blanks or dashes', async (t) => {
  for (const written of ['welcome1', ' WEL COME 1 ', 'w-e-l-c-o-m-e-1', 'Wel\u2013come\u00a01', '\u2014WELCOME1\t'])
    t.equal(refusal(given(program).when(claim('a', written)).outcomes), undefined, JSON.stringify(written));
  for (const written of ['letter0007', 'LETTER-0007', 'letter 00 07'])
    t.equal(refusal(given(program).when(claim('a', written)).outcomes), undefined, JSON.stringify(written));
  for (const written of ['WELCOME', 'WELCOME_1', 'WELCOME11', '- -', 'LETTER0100', 'LETTER007', 'MUG0000001'])
    t.match(refusal(given(program).when(claim('a', written)).outcomes), { reason: 'unknown_code' }, written);
});

t.test('every kind of outcome may be given', async (t) => {
  const everything = programOf({
    offers,
    rewards: [{ id: 'mug', price: { account: 'stars', points: 5 }, gives: { offer: 'free-mug' } }],
    statuses: [{ id: 'good', default: true }, { id: 'friend' }],
    tiers: [
      {
        id: 'main',
        basis: { points: 'stars' },
        window: { calendar: 'year' },
        levels: [
          { id: 'low', atLeast: 0 },
          { id: 'gold', atLeast: 1000 },
        ],
      },
    ],
    promoCodes: [
      {
        ...WELCOME,
        outcomes: [
          { points: { account: 'stars', fixed: 7 } },
          { tag: { add: 'fan', for: 'P30D' } },
          { offer: 'free-latte' },
          { reward: 'mug' },
          { tier: { system: 'main', level: 'gold' } },
          { status: { set: 'friend', reason: 'code' } },
        ],
      },
    ],
  });
  const { outcomes } = given(everything, purchase('p', '2026-02-01T12:00:00Z', 1)).when(claim('a', 'WELCOME1'));
  t.match(
    outcomes.filter(({ id }) => id !== '').map(({ type }) => type),
    [
      'promo_code.claimed',
      'points.earned',
      'tag.added',
      'offer.issued',
      'reward.granted',
      'offer.issued',
      'tier.changed',
      'status.changed',
    ],
  );
  t.ok(outcomes.every(({ cause }) => cause.eventId === 'a' && cause.campaignId === undefined));
});

t.test('a customer claims a code for many at most perCustomer times', async (t) => {
  const scenario = new Scenario(program);
  for (const id of ['a', 'b']) t.equal(refusal(scenario.report(claim(id, 'WELCOME1'))), undefined);
  t.match(refusal(scenario.report(claim('c', 'WELCOME1'))), { reason: 'promo_limit', detail: /2 times/ });
  t.equal(scenario.state!.accounts[0]!.earned, 200);
});

t.test('all customers together claim it at most total times', async (t) => {
  const shared = new MemoryLimits();
  const claims = ['ann', 'bob', 'eve'].flatMap((name) => {
    const scenario = new Scenario(program);
    scenario.shared = shared;
    return [
      refusal(scenario.report(claim(`${name}-1`, 'WELCOME1'))),
      refusal(scenario.report(claim(`${name}-2`, 'WELCOME1'))),
    ];
  });
  t.match(claims.slice(0, 3), [undefined, undefined, undefined]);
  for (const refused of claims.slice(3)) t.match(refused, { reason: 'promo_used_up', detail: /3 times/ });
});

t.test('a generated code is claimed once in the world', async (t) => {
  const shared = new MemoryLimits();
  const [ann, bob] = [new Scenario(program), new Scenario(program)];
  ann.shared = shared;
  bob.shared = shared;
  t.equal(refusal(ann.report(claim('a', 'LETTER0007'))), undefined);
  t.match(refusal(bob.report(claim('b', 'letter-0007'))), { reason: 'code_already_claimed' });
  t.match(refusal(ann.report(claim('c', 'LETTER0007'))), { reason: 'code_already_claimed' });
  t.equal(refusal(bob.report(claim('d', 'LETTER0008'))), undefined, 'another one is free');
  t.equal(bob.state!.offers.length, 1);
});

t.test('without limits a code may be claimed again and again', async (t) => {
  const { perCustomer: _, total: __, ...free } = WELCOME;
  const scenario = new Scenario(programOf({ promoCodes: [free] }));
  for (let i = 0; i < 20; i++) t.equal(refusal(scenario.report(claim(`c${i}`, 'welcome1'))), undefined);
});

t.test('campaigns count claims once, and conditions see the code', async (t) => {
  const twice = {
    id: 'twice',
    kind: 'promotion',
    behavior: { all: [{ event: 'promo_code.claimed', where: { field: 'data.code', contains: 'LETTER' }, times: 2 }] },
    outcomes: [{ tag: { add: 'collector' } }],
  };
  const scenario = new Scenario(programOf({ offers, promoCodes: [WELCOME, LETTER], campaigns: [twice] }));
  scenario.report(claim('a', 'LETTER0001'));
  scenario.report(claim('b', 'WELCOME1'));
  t.same(scenario.state!.tags, []);
  scenario.report(claim('c', 'LETTER0002'));
  t.match(scenario.state!.tags, [{ tag: 'collector' }]);
});

t.test('a claim that comes too late gives all the same: no campaign judges it', async (t) => {
  const { outcomes } = given(program, purchase('p', '2026-06-01T12:00:00Z', 1)).when({
    ...claim('a', 'WELCOME1'),
    stamp: Date.parse('2026-06-02T12:00:00Z'),
  });
  t.ok(outcomes.some(({ type }) => type === 'points.earned'));
  t.notOk(outcomes.some(({ type }) => type === 'event.ignored'));
});
