/**
 * The till's conversation with a real node: quote, lock, redeem, unlock, return, void, repeats and conflicts. It is
 * long because all speak to the same small brand.
 */
import t from 'tap';
import { brandOf, line, TillNode } from './till-node.js';

const FREE_LATTE = {
  id: 'free-latte',
  discount: { kind: 'percentOffItem', percent: 100, choose: 'cheapest', lines: { field: 'sku', eq: 'latte' } },
};
const TEN_OFF = { id: 'ten-off-fifty', minimumSpend: 5_000, discount: { kind: 'amountOffCheck', amount: 1_000 } };
const LATTES = [line('latte', 2, 450)];

t.test('a whole conversation', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE, TEN_OFF]));
  await till.gift('ann');
  const basket = till.basket('ann', 't1', LATTES);
  const quoted = await till.step('quote', basket);
  t.equal(quoted.status, 200, quoted.text);
  const issues = await till.issues('ann');
  t.match(quoted.json, {
    transactionId: 't1',
    state: 'quoted',
    programVersion: 1,
    currency: 'USD',
    applied: [
      {
        issueId: issues['free-latte'],
        offerId: 'free-latte',
        amount: 450,
        desired: 450,
        clippedBy: null,
        units: [{ lineId: 'latte', unit: 1, role: 'discounted', amount: 450 }],
      },
    ],
    notApplied: [{ offerId: 'ten-off-fifty', code: 'minimum_spend', need: 5_000, have: 900, missing: 4_100 }],
    lines: [{ lineId: 'latte', gross: 900, discount: 450, net: 450 }],
    totals: { gross: 900, discount: 450, net: 450, refund: 0 },
    points: { stars: { willEarn: 4, active: 0 } },
    outcomes: [],
  });
  t.equal((await till.step('quote', basket)).text, quoted.text, 'a quote changes nothing');

  const locked = await till.step('lock', basket);
  t.match(locked.json, { state: 'locked', lockedUntil: '2026-11-24T12:05:00Z', totals: { net: 450 } });
  t.same(locked.json.points, quoted.json.points, 'it will earn what was quoted');
  t.match(locked.json, { outcomes: [{ type: 'offer.locked', data: { offerId: 'free-latte', transactionId: 't1' } }] });
  t.match(await till.profile('ann'), { offers: [{ offerId: 'free-latte', state: 'locked' }, { state: 'active' }] });
  t.equal((await till.step('lock', basket)).text, locked.text, 'a repeat is answered with the same bytes');

  const redeemed = await till.step('redeem', { customerId: 'ann', transactionId: 't1' });
  t.equal(redeemed.status, 200, redeemed.text);
  t.match(redeemed.json, { state: 'redeemed', totals: { net: 450 }, points: { stars: { willEarn: 4, active: 4 } } });
  const types = (redeemed.json.outcomes as { type: string }[]).map(({ type }) => type);
  t.ok(types.includes('offer.redeemed') && types.includes('points.earned') && types.includes('behavior.progressed'));
  t.equal((await till.step('redeem', { customerId: 'ann', transactionId: 't1' })).text, redeemed.text, 'a repeat');
  t.match(await till.profile('ann'), { totals: { purchases: 2, net: 450 }, points: { stars: { active: 4 } } });
  t.match((await till.step('lock', till.basket('ann', 't1', LATTES))).json, {
    status: 409,
    code: 'transaction_conflict',
  });

  const back = { customerId: 'ann', transactionId: 't1', returnId: 'r1', lines: [{ lineId: 'latte', quantity: 1 }] };
  const returned = await till.step('return', back);
  t.match(
    returned.json,
    { state: 'returned', totals: { gross: 450, net: 450, refund: 0 } },
    'the free one comes back first',
  );
  const second = await till.step('return', { ...back, returnId: 'r2' });
  t.match(second.json, { state: 'returned', totals: { gross: 0, discount: 0, net: 0, refund: 450 } });
  t.equal((await till.step('return', { ...back, returnId: 'r2' })).text, second.text, 'a repeat');
  t.match((await till.step('return', { ...back, returnId: 'r3' })).json, { reason: 'return_exceeds_purchase' });
  t.match(await till.profile('ann'), { totals: { net: 0 }, points: { stars: { active: 0, earned: 4, reversed: 4 } } });

  await till.restart();
  t.equal(
    (await till.step('redeem', { customerId: 'ann', transactionId: 't1' })).text,
    redeemed.text,
    'after a restart',
  );
});

t.test('two tills never redeem one use', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  t.match((await till.step('lock', till.basket('ann', 'a', LATTES))).json, { applied: [{ offerId: 'free-latte' }] });
  t.match((await till.step('quote', till.basket('ann', 'b', LATTES))).json, {
    applied: [],
    notApplied: [{ code: 'locked_elsewhere' }],
  });
  t.match((await till.step('redeem', till.basket('ann', 'b', LATTES))).json, { applied: [], totals: { net: 900 } });
  t.match((await till.step('redeem', { customerId: 'ann', transactionId: 'a' })).json, { totals: { net: 450 } });
  t.match((await till.step('quote', till.basket('ann', 'c', LATTES))).json, { applied: [], notApplied: [] });
});

t.test('a hundred tills at once on one offer redeem it once', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, n) => till.step('redeem', till.basket('ann', `t${n}`, LATTES))),
  );
  t.equal(answers.filter(({ status }) => status === 200).length, 100);
  t.equal(answers.filter(({ json }) => (json.applied as unknown[]).length === 1).length, 1);
});

t.test('a lock ends by itself, and then it stands as long as its offers are free', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  await till.step('lock', till.basket('ann', 'a', LATTES, { ttlSeconds: 60 }));
  till.now += 61_000;
  t.match((await till.step('quote', till.basket('ann', 'b', LATTES))).json, { applied: [{ offerId: 'free-latte' }] });
  t.match(
    (await till.step('redeem', { customerId: 'ann', transactionId: 'a' })).json,
    { totals: { net: 450 } },
    'still free',
  );
  await till.gift('ann');
  await till.step('lock', till.basket('ann', 'c', LATTES, { ttlSeconds: 60 }));
  till.now += 61_000;
  await till.step('redeem', till.basket('ann', 'd', LATTES));
  const late = await till.step('redeem', { customerId: 'ann', transactionId: 'c' });
  t.equal(late.status, 409);
  t.match(late.json, { code: 'transaction_conflict', notApplied: [{ offerId: 'free-latte', code: 'no_uses_left' }] });
});

t.test('lock again with a changed basket replaces it; unlock gives it up', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  await till.step('lock', till.basket('ann', 'a', LATTES));
  const changed = await till.step('lock', till.basket('ann', 'a', [line('muffin', 1, 300)]));
  t.match(changed.json, { applied: [], outcomes: [{ type: 'offer.unlocked' }] });
  t.match((await till.step('lock', till.basket('ann', 'a', LATTES))).json, { applied: [{ offerId: 'free-latte' }] });
  const unlock = { customerId: 'ann', transactionId: 'a' };
  const unlocked = await till.step('unlock', unlock);
  t.match(unlocked.json, { state: 'unlocked', outcomes: [{ type: 'offer.unlocked' }] });
  t.equal((await till.step('unlock', unlock)).text, unlocked.text);
  t.match((await till.step('unlock', { ...unlock, transactionId: 'none' })).json, { code: 'transaction_conflict' });
});

t.test('a lock taken in time holds past the offer’s expiry and over a new program', async (t) => {
  const short = { ...FREE_LATTE, validity: { for: 'PT2M' } };
  const till = await TillNode.start(t, brandOf([short]));
  await till.gift('ann');
  await till.step('lock', till.basket('ann', 'a', LATTES, { ttlSeconds: 600 }));
  till.now += 300_000;
  await till.publish(brandOf([{ ...short, discount: { kind: 'amountOffCheck', amount: 1 } }]));
  t.match((await till.step('redeem', { customerId: 'ann', transactionId: 'a' })).json, { totals: { net: 450 } });
});

t.test('a transaction names one purchase, from an event or from the till', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  await till.event('ann', 'e1', { transactionId: 'a', total: 300 });
  for (const step of ['lock', 'redeem']) {
    const answer = await till.step(step, till.basket('ann', 'a', LATTES));
    t.match(
      answer.json,
      { status: 409, code: 'event_refused', reason: 'transaction_exists', firstEventId: 'e1' },
      step,
    );
  }
  await till.step('redeem', till.basket('ann', 'b', LATTES));
  const event = await till.event('ann', 'e2', { transactionId: 'b', total: 300 });
  t.match(event.json, { status: 409, reason: 'transaction_exists', firstEventId: 'b' });

  await till.gift('ann');
  await till.step('lock', till.basket('ann', 'c', LATTES));
  await till.event('ann', 'e3', { transactionId: 'c', total: 300 });
  const held = { customerId: 'ann', transactionId: 'c' };
  t.match((await till.step('redeem', held)).json, { reason: 'transaction_exists', firstEventId: 'e3' });
  t.match((await till.step('unlock', held)).json, { outcomes: [{ type: 'offer.unlocked' }] }, 'it can be let go');
  t.match((await till.step('unlock', { ...held, transactionId: 'a' })).json, { code: 'transaction_conflict' });
});

t.test('expect.net that differs is 409 and changes nothing', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  const before = await till.profile('ann');
  const wrong = await till.step('redeem', till.basket('ann', 'a', LATTES, { expect: { net: 900 } }));
  t.equal(wrong.status, 409);
  t.match(wrong.json, { code: 'unexpected_net', net: 450 });
  t.match(await till.profile('ann'), { totals: before.totals, offers: before.offers });
  t.equal((await till.step('redeem', till.basket('ann', 'a', LATTES, { expect: { net: 450 } }))).status, 200);
});

t.test('an offline till is recorded as it stated, by its own time, marked where a use was gone', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  const { 'free-latte': issueId } = await till.issues('ann');
  await till.step('redeem', till.basket('ann', 'online', LATTES));
  const time = new Date(till.now - 2 * 86_400_000).toISOString();
  const applied = [{ issueId, units: [{ lineId: 'latte', unit: 2, amount: 450 }] }];
  const offline = await till.step('redeem', till.basket('ann', 'offline', LATTES, { time, offline: true, applied }));
  t.equal(offline.status, 200, offline.text);
  t.match(offline.json, {
    totals: { net: 450 },
    outcomes: [{ type: 'offer.redeemed', data: { offerId: 'free-latte', overdraft: true, usesLeft: 0 } }],
  });
  t.match(await till.profile('ann'), { totals: { purchases: 3, net: 900 } });
  // An issue that nobody knows: as stated, and of no offer unless the till says of which.
  for (const [transactionId, stated, offerId] of [
    ['strange', {}, null],
    ['said', { offerId: 'free-latte' }, 'free-latte'],
  ] as const) {
    const strange = [{ issueId: '9-9-9', ...stated, units: [{ lineId: 'latte', unit: 2, amount: 450 }] }];
    const basket = till.basket('ann', transactionId, LATTES, { time, offline: true, applied: strange });
    t.match((await till.step('redeem', basket)).json, {
      applied: [{ issueId: '9-9-9', offerId }],
      totals: { net: 450 },
      outcomes: [{ type: 'offer.redeemed', data: { issueId: '9-9-9', offerId, overdraft: true } }],
    });
  }
  await till.restart();
  t.match(await till.profile('ann'), { totals: { purchases: 5, net: 1_800 } });
});

t.test('why an offer does not apply: conditions, status, names nobody holds', async (t) => {
  const boston = { ...FREE_LATTE, where: { field: 'storeId', in: ['bos-1'] } };
  const till = await TillNode.start(t, brandOf([boston]));
  await till.gift('ann');
  const away = till.basket('ann', 'a', LATTES, { storeId: 'nyc-1', explain: 'full' });
  t.match((await till.step('quote', away)).json, {
    notApplied: [
      { code: 'condition_failed', field: 'storeId', need: ['bos-1'], have: 'nyc-1', condition: { holds: false } },
    ],
  });
  const muffin = till.basket('ann', 'a', [line('muffin', 1, 300)], { explain: 'full' });
  t.match((await till.step('quote', muffin)).json, {
    notApplied: [{ code: 'items_missing', condition: { field: 'storeId', have: 'bos-1', holds: true } }],
  });
  const here = till.basket('ann', 'a', LATTES, { explain: 'full' });
  const holds = { condition: { field: 'storeId', need: ['bos-1'], have: 'bos-1', holds: true } };
  for (const step of ['quote', 'lock', 'redeem'] as const) {
    const { applied } = (await till.step(step, { ...here, transactionId: 'b' })).json as { applied: object[] };
    t.match(applied, [{ offerId: 'free-latte', ...holds }], `${step} shows the condition of what is applied, too`);
  }
  await till.step('void', { customerId: 'ann', transactionId: 'b' });
  const plain = (await till.step('quote', till.basket('ann', 'a', LATTES))).json as { applied: object[] };
  t.notMatch(plain.applied, [{ condition: {} }], 'not unless it was asked for');
  const named = till.basket('ann', 'a', LATTES, { offers: ['17-1-0'], codes: ['NONE'] });
  t.match((await till.step('quote', named)).json, {
    applied: [],
    notApplied: [
      { issueId: 'NONE', code: 'unknown_offer' },
      { issueId: '17-1-0', code: 'unknown_offer' },
    ],
  });
  await till.event('ann', 's', { status: 'blocked', reason: 'test' }, 'status.changed');
  t.match((await till.step('quote', till.basket('ann', 'a', LATTES))).json, {
    notApplied: [{ code: 'status_cannot_redeem' }],
    points: { stars: { willEarn: 0 } },
  });
});

t.test('an issue that expired says so, whatever the time it is asked for', async (t) => {
  const mug = { id: 'mug', kind: 'physical', validity: { for: 'PT1M' } };
  const till = await TillNode.start(t, brandOf([{ ...TEN_OFF, validity: { for: 'PT1M' } }, mug]));
  await till.gift('ann');
  const issues = await till.issues('ann');
  const asked = till.basket('ann', 'a', LATTES, { offers: [issues['ten-off-fifty']] });
  const time = new Date(till.now).toISOString();
  till.now += 3_600_000;
  for (const at of [{}, { time: new Date(till.now).toISOString() }])
    t.match((await till.step('quote', { ...asked, ...at })).json, { notApplied: [{ code: 'expired' }] });
  const redeemed = { id: 'e', source: 'app', type: 'offer.redeemed', subject: 'ann', time };
  t.match((await till.ask('/v1/events', { ...redeemed, data: { issueId: issues.mug } })).json, { reason: 'expired' });
});

t.test('bad requests say what, where and how to mend, and change nothing', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  const bad: readonly [string, object, object][] = [
    ['quote', {}, { code: 'basket_invalid', errors: [{ pointer: '/transactionId' }] }],
    ['quote', till.basket('a', 't', [line('l', 0, 5)]), { errors: [{ pointer: '/lines/0/quantity' }] }],
    ['quote', till.basket('a', 't', LATTES, { extra: 1 }), { errors: [{ pointer: '/extra', code: 'unknown_key' }] }],
    ['quote', till.basket('a', 't', LATTES, { discounts: [{ amount: 9_999 }] }), { code: 'basket_invalid' }],
    ['lock', till.basket('a', 't', LATTES, { currency: 'EUR' }), { errors: [{ code: 'currency_mismatch' }] }],
    [
      'lock',
      till.basket('a', 't', [line('l', 20_000, 5)]),
      { errors: [{ pointer: '/lines', code: 'too_many_units' }] },
    ],
    ['redeem', { customerId: 'a', transactionId: 't', select: 'best' }, { errors: [{ code: 'needs_lines' }] }],
    ['return', { customerId: 'a', transactionId: 't', lines: [] }, { code: 'basket_invalid' }],
    ...(['quote', 'lock', 'redeem'] as const).map((step): [string, object, object] => [
      step,
      till.basket('anonymous:t', 't', LATTES),
      { errors: [{ pointer: '/customerId', code: 'id_reserved' }] },
    ]),
    ['void', { customerId: 'anonymous:t', transactionId: 't' }, { errors: [{ code: 'id_reserved' }] }],
  ];
  for (const [step, body, wanted] of bad) {
    const answer = await till.step(step, body);
    t.match(answer.json, { status: 422, ...wanted }, `${step} ${JSON.stringify(wanted)}: ${answer.text}`);
  }
  for (const [payments, code] of [
    [JSON.parse('[{"__proto__": {"by": "card"}}]'), 'forbidden_key'],
    [JSON.parse('['.repeat(3_000) + ']'.repeat(3_000)), 'nested_too_deep'],
  ]) {
    const answer = await till.step('redeem', till.basket('a', 't', LATTES, { payments }));
    t.match(answer.json, { status: 422, errors: [{ pointer: /^\/payments/, code }] }, `payments: ${code}`);
  }
  t.match((await till.step('redeem', { customerId: 'a', transactionId: 't' })).json, { code: 'transaction_conflict' });
  t.equal(
    (await till.ask('/v1/customers/a')).json.totals === undefined,
    false,
    'a refused step is an entry of the customer',
  );
});

t.test('a void restores the state exactly, to the lot and the use', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.event('ann', 'p1', { transactionId: 'p1', lines: [line('muffin', 1, 300)] });
  await till.event('ann', 'p2', { transactionId: 'p2', lines: [line('muffin', 1, 300)] });
  await till.gift('ann');
  const before = await till.profile('ann');
  const big = [line('latte', 2, 450), line('machine', 1, 9_000), line('g', 1, 0, { sku: 'GIFT' })];
  till.now += 60_000;
  const sold = await till.step('redeem', till.basket('ann', 't1', big));
  const types = (sold.json.outcomes as { type: string }[]).map(({ type }) => type);
  for (const type of [
    'offer.redeemed',
    'points.earned',
    'behavior.completed',
    'tag.added',
    'tier.changed',
    'offer.issued',
  ])
    t.ok(types.includes(type), type);
  const voiding = { customerId: 'ann', transactionId: 't1' };
  const voided = await till.step('void', voiding);
  t.equal(voided.status, 200, voided.text);
  t.match(voided.json, { state: 'voided', totals: { net: 0, refund: 9_450 } });
  const after = await till.profile('ann');
  t.same({ ...after, position: 0, updatedAt: 0 }, { ...before, position: 0, updatedAt: 0 });
  t.equal((await till.step('void', voiding)).text, voided.text, 'a repeat');
  t.match((await till.step('return', { ...voiding, returnId: 'r', lines: [{ lineId: 'latte', quantity: 1 }] })).json, {
    code: 'transaction_conflict',
  });
  t.match(
    (await till.step('redeem', till.basket('ann', 't1', LATTES))).json,
    { code: 'transaction_conflict' },
    'it is over',
  );
  await till.restart();
  t.same({ ...(await till.profile('ann')), position: 0, updatedAt: 0 }, { ...before, position: 0, updatedAt: 0 });
});

t.test('a void after others came meanwhile undoes what the sale did and nothing else', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.gift('ann');
  await till.step('redeem', till.basket('ann', 't1', LATTES));
  await till.event('ann', 'p2', { transactionId: 'p2', lines: [line('muffin', 1, 300)] });
  const voided = await till.step('void', { customerId: 'ann', transactionId: 't1' });
  t.match(voided.json, { totals: { refund: 450 } });
  const again = await till.step('lock', till.basket('ann', 't1', LATTES));
  t.match(again.json, { code: 'transaction_conflict', detail: 'transaction "t1" has been voided' });
  t.match(await till.profile('ann'), {
    totals: { purchases: 2, net: 300 },
    points: { stars: { active: 3, earned: 3, reversed: 0 } },
    offers: [{ offerId: 'free-latte', usesLeft: 1 }],
    behaviors: { 'three-visits': { rules: { 1: { have: 1 } } } },
  });
});

t.test('a void after a return undoes what is left', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  await till.step('redeem', till.basket('ann', 't1', [line('a', 1, 300), line('b', 1, 700)]));
  const back = { customerId: 'ann', transactionId: 't1', returnId: 'r1', lines: [{ lineId: 'a', quantity: 1 }] };
  t.match((await till.step('return', back)).json, { totals: { refund: 300, net: 700 } });
  t.match((await till.step('void', { customerId: 'ann', transactionId: 't1' })).json, { totals: { refund: 700 } });
  t.match(await till.profile('ann'), { totals: { purchases: 0, net: 0 }, points: { stars: { active: 0 } } });
});

t.test('a return past the window is blind, and answered like any other', async (t) => {
  const till = await TillNode.start(t, brandOf([TEN_OFF], { returns: { window: 'P30D' } }));
  await till.gift('ann');
  await till.step('redeem', till.basket('ann', 't1', [line('mug', 3, 4_000)]));
  const back = (returnId: string, more: object = {}) => {
    const lines = [{ lineId: 'mug', quantity: 1, ...more }];
    return till.step('return', { customerId: 'ann', transactionId: 't1', returnId, lines });
  };
  t.match((await back('r1')).json, { totals: { gross: 8_000, net: 7_334, refund: 3_666 } });
  till.now += 31 * 86_400_000;
  t.match((await back('r2')).json, { status: 422, errors: [{ pointer: '/lines/0/unitPrice', code: 'price_needed' }] });
  const blind = await back('r3', { unitPrice: 3_500 });
  t.match(blind.json, {
    transactionId: 't1',
    state: 'returned',
    applied: [{ offerId: 'ten-off-fifty' }],
    lines: [{ lineId: 'mug', gross: 8_000, net: 7_334 }],
    totals: { gross: 8_000, discount: 666, net: 7_334, refund: 3_500 },
    outcomes: [{ type: 'points.reversed', data: { points: 35, originalKnown: false } }],
  });
  t.equal((await back('r3', { unitPrice: 3_500 })).text, blind.text, 'a repeat');
});

t.test('an anonymous sale is claimed once, judged at its own time, and comes back to who claimed it', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE]));
  const { customerId: _, ...basket } = till.basket('x', 'walk-in', [line('muffin', 2, 300)]) as { customerId: string };
  t.match((await till.step('quote', basket)).json, { state: 'quoted', points: {}, totals: { net: 600 } });
  t.match((await till.step('lock', basket)).json, { state: 'locked' });
  const sold = await till.step('redeem', { transactionId: 'walk-in' });
  t.match(sold.json, { state: 'redeemed', points: {}, totals: { net: 600 }, outcomes: [] });
  t.equal((await till.step('redeem', { transactionId: 'walk-in' })).text, sold.text);
  const soldAt = new Date(till.now).toISOString().replace('.000Z', 'Z');
  till.now += 86_400_000;
  const claimed = await till.event('ann', 'c1', { transactionId: 'walk-in' }, 'purchase.claimed');
  t.match(claimed.json, {
    status: 'applied',
    outcomes: [{ type: 'points.earned', time: soldAt, data: { points: 6 } }],
  });
  t.match(await till.profile('ann'), {
    totals: { purchases: 1, net: 600, lastPurchaseAt: soldAt },
    points: { stars: { active: 6 } },
  });
  const again = await till.event('bob', 'c2', { transactionId: 'walk-in' }, 'purchase.claimed');
  t.match(again.json, { status: 409, reason: 'already_claimed' });
  t.match((await till.event('bob', 'c3', { transactionId: 'none' }, 'purchase.claimed')).json, {
    reason: 'unknown_transaction',
  });
  await till.event('eve', 'own', { transactionId: 'walk-in', total: 100 });
  t.match((await till.event('eve', 'c5', { transactionId: 'walk-in' }, 'purchase.claimed')).json, {
    reason: 'already_claimed',
  });
  await till.step('redeem', { ...basket, transactionId: 'walk-in-2' });
  await till.event('eve', 'own-2', { transactionId: 'walk-in-2', total: 100 });
  t.match((await till.event('eve', 'c6', { transactionId: 'walk-in-2' }, 'purchase.claimed')).json, {
    reason: 'transaction_exists',
    firstEventId: 'own-2',
    detail: /a new transaction needs an id of its own$/,
  });
  await till.restart();
  t.match((await till.event('bob', 'c4', { transactionId: 'walk-in' }, 'purchase.claimed')).json, {
    reason: 'already_claimed',
  });
  const back = { transactionId: 'walk-in', returnId: 'r1', lines: [{ lineId: 'muffin', quantity: 1 }] };
  t.match((await till.step('return', back)).json, { state: 'returned', totals: { refund: 300 } });
  t.match(await till.profile('ann'), { totals: { net: 300 }, points: { stars: { active: 3 } } });
  t.match((await till.event('anonymous:x', 'e', { total: 5, transactionId: 't' })).json, {
    errors: [{ code: 'id_reserved' }],
  });
});

t.test('an anonymous sale that comes back gives nobody a level, an audience or progress', async (t) => {
  const waiting = {
    id: 'waiting',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', absent: true, within: { rolling: 'P1D' } }] },
    outcomes: [{ tag: { add: 'away' } }],
  };
  const brand = brandOf([FREE_LATTE]) as { campaigns: object[] };
  const till = await TillNode.start(t, {
    ...brand,
    campaigns: [...brand.campaigns, waiting],
    audiences: [{ id: 'new', where: { not: { field: 'customer.tags', has: 'regular' } } }],
  });
  const { customerId: _, ...basket } = till.basket('x', 'walk-in', [line('muffin', 2, 300)]) as { customerId: string };
  await till.step('redeem', basket);
  const back = (returnId: string) =>
    till.step('return', { transactionId: 'walk-in', returnId, lines: [{ lineId: 'muffin', quantity: 1 }] });
  const first = (await back('r1')).json;
  t.match(first, { state: 'returned', totals: { net: 300, refund: 300 }, points: {} });
  t.same(first.outcomes, []);
  till.now += 2 * 86_400_000;
  t.same((await back('r2')).json.outcomes, []);
  t.match((await back('r3')).json, { reason: 'return_exceeds_purchase' });
});

t.test('offers that are no discount are redeemed by an event', async (t) => {
  const mug = { id: 'mug', kind: 'physical', uses: 2, where: { field: 'customer.tier.main', eq: 'member' } };
  const till = await TillNode.start(t, brandOf([mug, FREE_LATTE]));
  await till.gift('ann');
  const issues = await till.issues('ann');
  const redeem = (id: string, issueId: unknown) => till.event('ann', id, { issueId }, 'offer.redeemed');
  t.match((await redeem('e1', issues.mug)).json, {
    status: 'applied',
    outcomes: [{ type: 'offer.redeemed', data: { offerId: 'mug', usesLeft: 1 } }],
  });
  t.match((await redeem('e2', issues.mug)).json, { outcomes: [{ data: { usesLeft: 0 } }] });
  t.match((await redeem('e3', issues.mug)).json, { status: 409, reason: 'no_uses_left' });
  t.match((await redeem('e4', issues['free-latte'])).json, { reason: 'closed_loop' });
  t.match((await redeem('e5', '1-1-1')).json, { reason: 'unknown_offer' });
});
