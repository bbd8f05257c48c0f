/** Promo codes at the till, step by step. It is long because every way a code is taken and freed stands beside the others. */
import t from 'tap';
import { EARN, event, programOf, Scenario } from '../customer/scenario.js';
import { MemoryLimits } from '../customer/shared-limits.memory.js';
import type { Json } from '../event.js';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { anonymousId } from './anonymous.js';
import { quoted } from './quoted.js';

const off = (id: string, amount: number, more: object = {}) => ({
  id,
  kind: 'closedLoop',
  discount: { kind: 'amountOffCheck', amount },
  ...more,
});
const offers = [
  off('ten', 10, { stacking: { withItself: 9 } }),
  off('five', 5, { uses: 3, validity: { for: 'P14D' } }),
  off('dear', 20, { minimumSpend: 5_000 }),
  { id: 'mug', kind: 'physical' },
];
const letter = (outcomes: readonly object[]) => ({ id: 'letter', kind: 'singleUse', count: 9, length: 10, outcomes });
const many = (more: object = {}) => ({
  id: 'many',
  kind: 'multiUse',
  code: 'SPRING',
  outcomes: [{ offer: 'ten' }],
  ...more,
});
const programWith = (...promoCodes: readonly object[]): Program => programOf({ offers, promoCodes, campaigns: [EARN] });
const LETTER = programWith(letter([{ offer: 'ten' }]));
const NOON = Date.parse('2026-03-01T12:00:00Z');

type Shown = Record<string, Json> & {
  applied: { issueId: string; offerId: string; amount: number }[];
  notApplied: { issueId: string; offerId: string | null; code: string }[];
};

/** A customer at the till; those of one `world` share what is shared. */
class Till {
  readonly scenario: Scenario;
  #minute = 0;

  constructor(
    program: Program,
    private readonly world = new MemoryLimits(),
    private readonly anonymous = false,
  ) {
    this.scenario = new Scenario(program);
    this.scenario.shared = world;
  }

  step(
    step: string,
    transactionId: string,
    codes: readonly string[] | undefined,
    more: object = {},
  ): readonly Outcome[] {
    const lines = [{ lineId: '1', sku: 'coffee', quantity: 1, unitPrice: 1_000 }];
    const data = {
      transactionId,
      ...(codes === undefined ? {} : { codes, basket: { transactionId, lines } }),
      ...more,
    };
    const reported = event(`pos.${step}`, `${transactionId}/${step}/${this.#minute}`, time(this.#minute++), data);
    if (!this.anonymous) return this.scenario.report(reported);
    return this.scenario.report({ event: { ...reported.event, subject: anonymousId(transactionId) } });
  }

  lock(transactionId: string, ...codes: string[]) {
    return answerOf(this.step('lock', transactionId, codes, { ttlMs: 300_000 }));
  }
  redeem(transactionId: string, ...codes: string[]) {
    return answerOf(this.step('redeem', transactionId, codes));
  }

  quote(...codes: string[]): Shown {
    const basket = { transactionId: 'q', lines: [{ lineId: '1', sku: 'coffee', quantity: 1, unitPrice: 1_000 }] };
    const { state, program, history } = this.scenario;
    const now = NOON + this.#minute * 60_000;
    const data = { transactionId: 'q', basket, codes };
    const customerId = this.anonymous ? undefined : 'c';
    const asking = { customerId, state, program, history, shared: this.world, data, time: now, now };
    return quoted(asking) as Shown;
  }

  get taken(): number {
    return this.world.count('code', 'many');
  }
}

function time(minute: number): string {
  return new Date(NOON + minute * 60_000).toISOString();
}
function answerOf(outcomes: readonly Outcome[]): Shown {
  for (const { type, data } of outcomes) {
    if (type === 'till.answered') return data.answer as Shown;
    if (type === 'event.refused')
      return { ...data, applied: [], notApplied: data.notApplied ?? [] } as unknown as Shown;
  }
  throw new Error('not answered');
}
const types = (outcomes: readonly Outcome[]) => outcomes.filter(({ id }) => id !== '').map(({ type }) => type);
const TEN = [{ issueId: 'code:LETTER0001', offerId: 'ten', amount: 10 }];
const used = (issueId: string) => ({ applied: [], notApplied: [{ issueId, offerId: 'ten', code: 'no_uses_left' }] });

t.test('a code of closed-loop offers is an issue of each', async (t) => {
  t.match(new Till(LETTER).quote('letter-0001'), { applied: TEN, notApplied: [] });
  t.match(
    new Till(LETTER).quote('letter-0001', 'LETTER0001'),
    { applied: TEN, notApplied: [] },
    'named twice it is one',
  );
  const two = programWith(letter([{ offer: 'ten' }, { tag: { add: 'x' } }, { offer: 'five' }, { offer: 'dear' }]));
  t.match(new Till(two).quote('LETTER0001'), {
    applied: [
      { issueId: 'code:LETTER0001/2', offerId: 'five', amount: 5 },
      { issueId: 'code:LETTER0001', offerId: 'ten', amount: 10 },
    ],
    notApplied: [{ issueId: 'code:LETTER0001/3', offerId: 'dear', code: 'minimum_spend' }],
  });
});

t.test('a code that is none, or gives no discount, is an unknown offer', async (t) => {
  const program = programWith(letter([{ offer: 'mug' }, { points: { account: 'stars', fixed: 5 } }]));
  t.match(new Till(program).quote('NOPE', 'LETTER0001'), {
    applied: [],
    notApplied: [
      { issueId: 'NOPE', offerId: null, code: 'unknown_offer' },
      { issueId: 'LETTER0001', offerId: null, code: 'unknown_offer' },
    ],
  });
});

t.test('redeeming claims the code: once in the world', async (t) => {
  const world = new MemoryLimits();
  const [ann, bob] = [new Till(LETTER, world), new Till(LETTER, world)];
  const outcomes = ann.step('redeem', 'a', ['LETTER0001']);
  t.same(types(outcomes), ['promo_code.claimed', 'offer.redeemed', 'points.earned']);
  t.match(outcomes.find(({ type }) => type === 'promo_code.claimed')!.data, {
    code: 'LETTER0001',
    promoCodeId: 'letter',
    transactionId: 'a',
  });
  t.match(outcomes.find(({ type }) => type === 'offer.redeemed')!.data, {
    issueId: 'code:LETTER0001',
    offerId: 'ten',
    amount: 10,
    usesLeft: 0,
    overdraft: undefined,
  });
  for (const till of [ann, bob]) {
    t.match(till.quote('LETTER0001'), used('code:LETTER0001'));
    t.match(till.redeem('b', 'LETTER0001'), { state: 'redeemed', ...used('code:LETTER0001') });
    const claim = event('promo_code.claimed', 'e', time(50), { code: 'LETTER0001' });
    t.match(till.scenario.report(claim).at(-1)!.data, { reason: 'code_already_claimed' });
  }
  t.match(bob.redeem('c', 'LETTER0002'), { applied: [{ issueId: 'code:LETTER0002' }] });
});

t.test('a claim by an event leaves nothing to the till', async (t) => {
  const till = new Till(LETTER);
  till.scenario.report(event('promo_code.claimed', 'e', time(0), { code: 'LETTER0001' }));
  t.match(till.quote('LETTER0001'), { notApplied: [{ issueId: 'code:LETTER0001', code: 'no_uses_left' }] });
});

t.test('what else the code gives is given with the sale', async (t) => {
  const program = programWith(
    letter([{ points: { account: 'stars', fixed: 7 } }, { offer: 'five' }, { offer: 'dear' }]),
  );
  const till = new Till(program);
  t.match(till.quote('LETTER0001'), { points: { stars: { willEarn: 16, active: 0 } } }, 'the quote says so');
  const outcomes = till.step('redeem', 'a', ['LETTER0001']);
  t.match(answerOf(outcomes), { points: { stars: { willEarn: 16, active: 16 } } });
  t.same(types(outcomes), [
    'promo_code.claimed',
    'offer.redeemed',
    'points.earned',
    'offer.issued',
    'offer.issued',
    'points.earned',
  ]);
  t.match(
    till.scenario.state!.offers,
    [
      { offerId: 'dear', usesLeft: 1 },
      { offerId: 'five', usesLeft: 2 },
    ],
    'the offer that did not apply, and the uses that are left of the other',
  );
});

t.test('a void gives the code back, with all it gave', async (t) => {
  const world = new MemoryLimits();
  const program = programWith(
    letter([{ offer: 'ten' }, { points: { account: 'stars', fixed: 7 } }]),
    many({ perCustomer: 1, total: 1 }),
  );
  const till = new Till(program, world);
  till.redeem('a', 'LETTER0001', 'SPRING');
  t.equal(till.taken, 1);
  t.match(till.scenario.state!, { codes: [{ promoCodeId: 'many', taken: 1 }], accounts: [{ active: 16 }] });
  t.match(answerOf(till.step('void', 'a', undefined)), { state: 'voided' });
  t.equal(till.taken, 0);
  t.match(till.scenario.state!, { codes: [], accounts: [], offers: [] });
  t.match(new Till(program, world).redeem('b', 'LETTER0001', 'SPRING'), { applied: { length: 2 } });
});

t.test('perCustomer and total hold at the till', async (t) => {
  const world = new MemoryLimits();
  const program = programWith(many({ perCustomer: 2, total: 3 }));
  const [ann, bob] = [new Till(program, world), new Till(program, world)];
  for (const id of ['a', 'b']) t.match(ann.redeem(id, 'spring'), { applied: [{ issueId: 'code:SPRING' }] });
  t.match(ann.redeem('c', 'spring'), used('code:SPRING'));
  t.match(bob.redeem('d', 'spring'), { applied: [{ issueId: 'code:SPRING' }] });
  t.match(bob.redeem('e', 'spring'), used('code:SPRING'));
  t.equal(ann.taken, 3);
});

t.test('a lock holds the code against every other till', async (t) => {
  const world = new MemoryLimits();
  const program = programWith(letter([{ offer: 'ten' }]), many({ perCustomer: 1, total: 1 }));
  const [ann, bob] = [new Till(program, world), new Till(program, world)];
  t.match(ann.lock('a', 'LETTER0001', 'SPRING'), { state: 'locked', applied: { length: 2 } });
  t.match(bob.quote('LETTER0001'), used('code:LETTER0001'));
  t.match(ann.quote('LETTER0001'), { notApplied: [{ issueId: 'code:LETTER0001', code: 'locked_elsewhere' }] });
  t.match(ann.lock('a', 'LETTER0001'), { state: 'locked', applied: TEN }, 'its own lock is not in its way');
  t.match(answerOf(ann.step('redeem', 'a', undefined)), { state: 'redeemed', applied: TEN });
  t.match(bob.quote('LETTER0001'), used('code:LETTER0001'));
  t.match(ann.scenario.state!, { locks: [], codes: [] });
});

t.test('a lock given up, replaced or ended by time frees the code', async (t) => {
  const program = programWith(letter([{ offer: 'ten' }]), many({ perCustomer: 1, total: 1 }));
  const ways: Record<string, (till: Till) => unknown> = {
    'given up': (till) => till.step('unlock', 'a', undefined),
    replaced: (till) => till.lock('a', 'LETTER0002'),
    'ended by time': (till) => till.scenario.time(time(30)),
    'redeemed without it': (till) => till.redeem('a', 'LETTER0002'),
  };
  for (const [way, end] of Object.entries(ways)) {
    for (const code of ['LETTER0001', 'SPRING']) {
      const world = new MemoryLimits();
      const [ann, bob] = [new Till(program, world), new Till(program, world)];
      ann.lock('a', code);
      t.match(bob.quote(code), used(`code:${code}`), `${way}: held`);
      end(ann);
      t.match(bob.quote(code), { applied: [{ issueId: `code:${code}` }] }, `${way}: free`);
      t.equal(ann.taken, 0, way);
      t.same(ann.scenario.state!.codes, [], way);
    }
  }
});

t.test('a lock that ended is redeemed as locked while its code is free, and not after', async (t) => {
  const world = new MemoryLimits();
  const [ann, bob] = [new Till(LETTER, world), new Till(LETTER, world)];
  ann.lock('a', 'LETTER0001');
  ann.scenario.time(time(30));
  bob.redeem('b', 'LETTER0001');
  const gone = ann.step('redeem', 'a', undefined);
  t.match(answerOf(gone), { reason: 'transaction_conflict', ...used('code:LETTER0001') });
  ann.lock('c', 'LETTER0002');
  ann.scenario.time(time(60));
  t.match(answerOf(ann.step('redeem', 'c', undefined)), {
    state: 'redeemed',
    applied: [{ issueId: 'code:LETTER0002' }],
  });
  t.match(bob.quote('LETTER0002'), used('code:LETTER0002'));
});

t.test('a lock taken in time holds over a program that no longer has the code', async (t) => {
  const till = new Till(LETTER);
  till.lock('a', 'LETTER0001');
  till.scenario.program = programWith();
  const outcomes = till.step('redeem', 'a', undefined);
  t.match(answerOf(outcomes), { state: 'redeemed', applied: TEN });
  t.ok(types(outcomes).includes('promo_code.claimed'));
});

t.test('a basket of nobody may use codes; nothing else of the code is given', async (t) => {
  const world = new MemoryLimits();
  const program = programWith(letter([{ offer: 'ten' }, { points: { account: 'stars', fixed: 7 } }]));
  const nobody = new Till(program, world, true);
  t.match(nobody.quote('LETTER0001'), { applied: TEN });
  const outcomes = nobody.step('redeem', 'a', ['LETTER0001']);
  t.same(types(outcomes), ['promo_code.claimed', 'offer.redeemed']);
  t.match(new Till(program, world).quote('LETTER0001'), { notApplied: [{ code: 'no_uses_left' }] });
  nobody.step('void', 'a', undefined);
  t.match(new Till(program, world).quote('LETTER0001'), { applied: TEN });
});

t.test('an offline till claims what is there, and is marked where it is gone', async (t) => {
  const world = new MemoryLimits();
  const [ann, bob] = [new Till(LETTER, world), new Till(LETTER, world)];
  const stated = [{ issueId: 'code:LETTER0001', offerId: 'ten', units: [{ lineId: '1', unit: 1, amount: 10 }] }];
  const first = ann.step('redeem', 'a', [], { offline: true, stated });
  t.same(types(first), ['promo_code.claimed', 'offer.redeemed', 'points.earned']);
  const second = bob.step('redeem', 'b', [], { offline: true, stated });
  t.match(second.find(({ type }) => type === 'offer.redeemed')!.data, { overdraft: true });
  t.notOk(types(second).includes('promo_code.claimed'));
  const [{ issueId, units }] = stated as [(typeof stated)[0]];
  const unnamed = new Till(LETTER).step('redeem', 'c', [], { offline: true, stated: [{ issueId, units }] });
  t.match(unnamed.find(({ type }) => type === 'offer.redeemed')!.data, { offerId: 'ten' }, 'the code says of what');
});

t.test('campaigns count codes claimed and offers redeemed at the till', async (t) => {
  const count = (type: string) => ({
    id: type,
    kind: 'promotion',
    behavior: { all: [{ event: type }] },
    outcomes: [{ tag: { add: type } }],
  });
  const campaigns = [count('promo_code.claimed'), count('offer.redeemed')];
  const till = new Till(programOf({ offers, promoCodes: [letter([{ offer: 'ten' }])], campaigns }));
  till.redeem('a', 'LETTER0001');
  t.match(till.scenario.state!.tags, [{ tag: 'promo_code.claimed' }, { tag: 'offer.redeemed' }]);
});
