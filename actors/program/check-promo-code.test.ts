import t from 'tap';
import { codeText } from './code-text.js';
import { compileProgram } from './compile.js';
import { problemsOf, tellsProblems } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';
import { validateProgram } from './validate.js';

const GIVES = [{ offer: 'free-latte' }];
const MANY = { id: 'many', kind: 'multiUse', code: 'WELCOME', perCustomer: 1, total: 1000, outcomes: GIVES };
const LETTER = { id: 'letter', kind: 'singleUse', count: 100_000, length: 10, outcomes: GIVES };
const P = '/promoCodes/0';
const codes =
  (...promoCodes: object[]) =>
  (document: Loose): void => {
    Object.assign(document, { promoCodes });
  };
const many = (more: object) => codes({ ...MANY, ...more });
const letter = (more: object) => codes({ ...LETTER, ...more });

tellsProblems(t, 'a promo code fits together', [
  ['two of one id', codes(MANY, { ...LETTER, id: 'many' }), '/promoCodes/1/id', 'duplicate_id', /another/],
  [
    'two of one code, written otherwise',
    codes(MANY, { ...MANY, id: 'b', code: 'wel-come ' }),
    '/promoCodes/1/code',
    'duplicate_code',
    /code of \/promoCodes\/0 .*give it another/,
  ],
  ['a code of nothing that counts', many({ code: '- -' }), `${P}/code`, 'code_empty', /Blanks and dashes/],
  ['claims of no customer', many({ perCustomer: 0 }), `${P}/perCustomer`, 'too_small', /1/],
  ['a code that gives nothing', many({ outcomes: [] }), `${P}/outcomes`, 'too_few', /at least 1/],
  ['codes that can be guessed', letter({ length: 9 }), `${P}/length`, 'code_guessable', /at least 10 characters/],
  ['few codes, too short', letter({ count: 2, length: 6 }), `${P}/length`, 'code_guessable', /at least 7/],
  ['a code too short for one', letter({ count: 1, length: 5 }), `${P}/length`, 'too_small', /6/],
  ['codes too long', letter({ length: 21 }), `${P}/length`, 'too_large', /20/],
  ['no codes', letter({ count: 0 }), `${P}/count`, 'too_small', /1/],
  ['too many codes', letter({ count: 1_000_001 }), `${P}/count`, 'too_large', /1000000/],
  ['a generated code that says which', letter({ code: 'X' }), `${P}/code`, 'unknown_key', /code/],
  ['a limit of what is claimed once', letter({ total: 5 }), `${P}/total`, 'unknown_key', /total/],
  ['another kind', many({ kind: 'other' }), P, 'no_such_variant', /multiUse .*singleUse/],
  ['an unknown offer', many({ outcomes: [{ offer: 'no' }] }), `${P}/outcomes/0/offer`, 'unknown_offer', /no offer/],
  [
    'a rate',
    many({ outcomes: [{ points: { account: 'stars', rate: { points: 1, per: 100, of: 'amount' } } }] }),
    `${P}/outcomes/0/points/rate`,
    'rate_needs_purchase',
    /use fixed/,
  ],
  [
    'too many kinds of generated codes',
    codes(...Array.from({ length: 101 }, (_, i) => ({ ...LETTER, id: `l${i}` }))),
    '/promoCodes/100/kind',
    'too_many',
    /At most 100/,
  ],
]);

t.test('promo codes compile: one code is found by its text, generated ones have a number and a length', async (t) => {
  const document = coffeeDocument();
  codes(MANY, { ...LETTER, length: undefined })(document);
  delete (document.promoCodes as unknown as { length?: number }[])[1]!.length;
  t.same(problemsOf(document), []);
  const validated = validateProgram(document);
  if (!validated.ok) return;
  const { byId, byCode, singleUse } = compileProgram(validated.document, 1).promoCodes;
  t.same([...byId.keys()], ['many', 'letter']);
  t.match(byCode.get('WELCOME'), { id: 'many', code: 'WELCOME', perCustomer: 1, total: 1000, issue: undefined });
  t.match(singleUse, [{ id: 'letter', code: undefined, issue: { count: 100_000, length: 10 } }]);
});

t.test('a code is compared without case, blanks or dashes', async (t) => {
  const rows: readonly (readonly [written: string, text: string])[] = [
    ['abc', 'ABC'],
    [' a b\tc\n', 'ABC'],
    ['a-b\u2010c\u2013d\u2014e\u2212f', 'ABCDEF'],
    ['a\u00a0b\u2003c\u3000', 'ABC'],
    ['a_b.c', 'A_B.C'],
    ['été', 'ÉTÉ'],
    ['😀-x', '😀X'],
    ['--', ''],
  ];
  for (const [written, text] of rows) t.equal(codeText(written), text, JSON.stringify(written));
});
