/** Promo codes over the API: listed, exported, handed out, claimed. */
import t from 'tap';
import { TestGateway } from '../test-gateway.js';
import { brandOf, TillNode } from '../till/till-node.js';

const PATH = '/v1/promo-codes/letter/codes';
const FREE_LATTE = { id: 'free-latte', discount: { kind: 'amountOffCheck', amount: 450 } };
const PROMO_CODES = [
  { id: 'letter', kind: 'singleUse', count: 5, outcomes: [{ offer: 'free-latte' }] },
  { id: 'welcome', kind: 'multiUse', code: 'WEL,COME', total: 9, outcomes: [{ offer: 'free-latte' }] },
];

t.test('codes are listed page by page, as JSON or as one CSV file', async (t) => {
  const g = await TestGateway.start(t);
  const first = await g.ask(`${PATH}?limit=3`);
  t.match(first.json, {
    items: [
      { code: 'LETTER0', issued: false, claimed: false },
      { code: 'LETTER1', issued: false, claimed: true },
      { code: 'LETTER2' },
    ],
    nextCursor: '3',
  });
  t.equal(first.headers.get('cache-control'), 'no-store');
  let csv = '';
  for (let query = '?limit=3&format=csv'; query !== ''; ) {
    const page = await g.ask(PATH + query);
    t.match(page.headers.get('content-type'), /^text\/csv/);
    csv += page.text;
    query = /<(.*)>/.exec(page.headers.get('link') ?? '')?.[1] ?? '';
  }
  const rows = csv.split('\r\n');
  t.same(rows.slice(0, 3), ['code,issued,claimed', 'LETTER0,false,false', 'LETTER1,false,true']);
  t.equal(rows.length, 9, 'a head, seven codes, the end of the last line');
  const accepted = await g.ask(PATH, { headers: { accept: 'text/csv' } });
  t.equal(accepted.text, csv);
});

t.test('codes are handed out once each, and again to a repeat', async (t) => {
  const g = await TestGateway.start(t);
  const ask = (count: unknown, key: string) => g.ask(PATH, { body: { count }, headers: { 'idempotency-key': key } });
  t.same((await ask(2, 'a')).json, { items: [{ code: 'LETTER0' }, { code: 'LETTER1' }], left: 5 });
  t.same((await ask(2, 'a')).json, { items: [{ code: 'LETTER0' }, { code: 'LETTER1' }], left: 5 });
  t.match((await ask(1, 'b')).json, { items: [{ code: 'LETTER2' }], left: 4 });
  t.match((await g.ask(`${PATH}?limit=4`)).json, {
    items: [{ issued: true }, {}, { issued: true }, { issued: false }],
  });
  t.match((await ask(5, 'c')).json, { status: 409, code: 'codes_used_up' });
  for (const count of [0, -1, 1.5, '1', null, 1_001])
    t.match((await ask(count, `bad-${count}`)).json, { status: 422, code: 'codes_invalid' }, String(count));
});

t.test('who may, and what there is not', async (t) => {
  const g = await TestGateway.start(t);
  t.match((await g.ask('/v1/promo-codes/none/codes')).json, { code: 'promo_code_not_found' });
  t.match((await g.ask('/v1/promo-codes/none/codes', { body: { count: 1 } })).json, { code: 'promo_code_not_found' });
  t.match((await g.ask(`${PATH}?limit=0`)).json, { code: 'query_invalid' });
  t.match((await g.ask(`${PATH}?format=xml`)).json, { code: 'query_invalid' });
  const property = { id: 'reader', name: 'Reader', kind: 'api', scopes: ['program:read', 'codes:read'] };
  const { key } = (await g.ask('/v1/properties', { body: property })).json as unknown as { key: string };
  t.equal((await g.ask(PATH, { key })).status, 200);
  t.match((await g.ask(PATH, { key, body: { count: 1 } })).json, { code: 'scope_missing' });
});

t.test('a code handed out is claimed once, and the list says so', async (t) => {
  const till = await TillNode.start(t, brandOf([FREE_LATTE], { promoCodes: PROMO_CODES }));
  const { items } = (await till.ask(PATH, { count: 2 })).json as { items: { code: string }[] };
  const code = items[1]!.code;
  const written = `${code.slice(0, 5)}-${code.slice(5)}`.toLowerCase();
  const claimed = await till.event('ann', 'c1', { code: written }, 'promo_code.claimed');
  t.match(claimed.json, {
    status: 'applied',
    outcomes: [
      { type: 'promo_code.claimed', data: { code, promoCodeId: 'letter' } },
      { type: 'offer.issued', data: { offerId: 'free-latte' } },
    ],
  });
  t.notMatch(claimed.text, /"single"/);
  const again = await till.event('bob', 'c2', { code }, 'promo_code.claimed');
  t.equal(again.status, 409);
  t.match(again.json, { code: 'event_refused', reason: 'code_already_claimed' });
  t.match((await till.event('bob', 'c3', { code: 'NOPE' }, 'promo_code.claimed')).json, { reason: 'unknown_code' });
  await till.restart();
  t.match((await till.ask(PATH)).json, {
    items: [{ issued: true, claimed: false }, { code, issued: true, claimed: true }, { issued: false }, {}, {}],
    nextCursor: null,
  });
  t.match((await till.ask(PATH, { count: 4 })).json, { code: 'codes_used_up' });
  t.equal(((await till.ask(PATH, { count: 3 })).json as { items: unknown[] }).items.length, 3);
  await till.event('bob', 'w', { code: 'wel,come' }, 'promo_code.claimed');
  t.same((await till.ask('/v1/promo-codes/welcome/codes')).json, {
    items: [{ code: 'WEL,COME', claims: 1, total: 9, perCustomer: null }],
    nextCursor: null,
  });
  t.match((await till.ask('/v1/promo-codes/welcome/codes', { count: 1 })).json, { code: 'promo_code_not_found' });
});
