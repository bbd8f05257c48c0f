/** Promo codes on a node: a generated code is claimed once in the world, through turns, crashes, replay and bases. */
import { join } from 'node:path';
import t from 'tap';
import type { Event } from '../actors/event.js';
import { validateProgram } from '../actors/program/validate.js';
import { Bases } from './bases.js';
import { Journal } from './journal/journal.js';
import { silent } from './log.js';
import { pack } from './pack.js';
import { Rows } from './rows.js';
import { CODES, storedCodes } from './taken-codes.js';
import { BRAND, folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { Vault } from './vault/vault.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const QUIET = { checkpointEveryMs: 3_600_000, now: () => START };
const LETTER = { id: 'letter', kind: 'singleUse', count: 100, length: 10, outcomes: [{ offer: 'free-latte' }] };
const WELCOME = {
  id: 'welcome',
  kind: 'multiUse',
  code: 'WELCOME',
  perCustomer: 1,
  total: 3,
  outcomes: [{ points: { account: 'stars', fixed: 100 } }],
};

function program(more: object = {}): unknown {
  const validated = validateProgram({ ...BRAND, promoCodes: [{ ...LETTER, ...more }, WELCOME] });
  if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
  return validated.document;
}

type Engine = Awaited<ReturnType<typeof node>>;
const claim = (subject: string, id: string, code: string): Event => ({
  id,
  source: 'app',
  type: 'promo_code.claimed',
  subject,
  time: START,
  data: { code },
});
const codesOf = async (engine: Engine) =>
  (await engine.promoCodes('letter', { limit: 100 }))!.items.map(({ code }) => code as string);
const reasons = async (engine: Engine, events: readonly Event[]) =>
  (await engine.submit(events, 'wall')).map((one) => ('reason' in one ? one.reason : one.status));

t.test('of customers who claim one code in the same turn exactly one gets it', async (t) => {
  const engine = await node(folder(t), QUIET);
  await engine.publish(program(), 'test');
  const [code, next] = await codesOf(engine);
  const events = Array.from({ length: 20 }, (_, i) => claim(`customer-${i}`, `c-${i}`, code!));
  const told = await Promise.all(events.map((event) => reasons(engine, [event])));
  t.same(told.flat().filter((one) => one === 'applied').length, 1);
  t.same(told.flat().filter((one) => one === 'code_already_claimed').length, 19);
  t.same(await reasons(engine, [claim('ann', 'n', next!.toLowerCase())]), ['applied']);
  t.same(
    await reasons(
      engine,
      ['a', 'b', 'c', 'd'].map((who) => claim(who, `w-${who}`, 'welcome')),
    ),
    ['applied', 'applied', 'applied', 'promo_used_up'],
  );
  await engine.close();
});

t.test('what is claimed stays claimed: over a crash, a replay, a checkpoint and a restart', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, QUIET);
  await engine.publish(program(), 'test');
  const [first, second, third] = await codesOf(engine);
  await engine.submit([purchase('ann', 'p', 1_000, START), claim('ann', 'a', first!)], 'wall');
  await engine.checkpoint();
  await engine.submit([claim('bob', 'b', second!), claim('bob', 'w', 'welcome')], 'wall');
  for (const from of [crashed(t, dir), dir]) {
    if (from === dir) await engine.close();
    const again = await node(from, QUIET);
    t.same((await codesOf(again)).slice(0, 3), [first, second, third], 'the same codes');
    t.same(
      (await again.promoCodes('letter', { limit: 4 }))!.items.map(({ claimed }) => claimed),
      [true, true, false, false],
    );
    const asked = [claim('eve', 'e1', first!), claim('eve', 'e2', second!), claim('bob', 'w2', 'welcome')];
    t.same(await reasons(again, asked), ['code_already_claimed', 'code_already_claimed', 'promo_limit']);
    t.same(await reasons(again, [claim('eve', 'e3', third!)]), ['applied']);
    t.match(await again.explain('eve', 'e1', false), { result: 'refused', reason: 'code_already_claimed' });
    t.match(await again.explain('eve', 'e3', false), {
      result: 'applied',
      outcomes: [{ type: 'promo_code.claimed' }, {}],
    });
    await again.close();
    t.same((await verifyData(from)).drifts, []);
  }
});

t.test('more codes may be added, another length makes others, and verify finds a bit that is wrong', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, QUIET);
  await engine.publish(program(), 'test');
  const codes = await codesOf(engine);
  await engine.submit([claim('ann', 'a', codes[5]!)], 'wall');
  await engine.publish(program({ count: 5_000 }), 'test');
  t.same(await codesOf(engine), codes, 'those there were stay');
  const added = (await engine.promoCodes('letter', { limit: 1, cursor: '4900' }))!.items[0]!.code as string;
  t.same(await reasons(engine, [claim('bob', 'b', added), claim('bob', 'c', codes[5]!)]), [
    'applied',
    'code_already_claimed',
  ]);
  await engine.publish(program({ length: 12 }), 'test');
  t.same(await reasons(engine, [claim('bob', 'd', codes[6]!)]), ['unknown_code']);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
  const rows = new Rows(join(dir, 'state'));
  const [name] = [...rows.control.range({ start: [CODES, ''], limit: 1 })].map(({ key }) => (key as string[])[1]!);
  await rows.write((batch) => batch.put(rows.control, [CODES, name!], pack([new Uint8Array(512), 2 ** 40])));
  await rows.close();
  t.match((await verifyData(dir)).drifts, [{ what: `codes taken ${name}`, journal: 1, row: 0 }]);
});

t.test('a base made of the journal has the bits that the rows have', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, QUIET);
  await engine.publish(program(), 'test');
  const codes = await codesOf(engine);
  for (const [i, code] of codes.slice(0, 30).entries()) await engine.submit([claim('ann', `c${i}`, code)], 'wall');
  await engine.close();
  const bits = (rows: Rows) => [...storedCodes(rows)].map(({ name, bits, sequence }) => [name, [...bits], sequence]);
  const vault = Vault.open(dir, undefined, { readOnly: true });
  const journal = Journal.open(join(dir, 'journal'), { readOnly: true, log: silent });
  const bases = new Bases(join(dir, 'bases'));
  const rows = new Rows(join(dir, 'state'), { readOnly: true });
  await bases.make(journal.last, journal, vault, () => {});
  t.same(bits(bases.at(journal.last)), bits(rows));
  t.equal(bits(rows).length, 1);
  for (const part of [rows, bases, journal, vault]) await part.close();
  const again = await node(dir, QUIET);
  const asked = [claim('bob', 'b', codes[3]!), claim('bob', 'b2', codes[30]!)];
  t.same(await reasons(again, asked), ['code_already_claimed', 'applied']);
  await again.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test(
  'at the till: two tills that lock one code at once, a crash, a claim of a sale of nobody, and voids',
  async (t) => {
    const dir = folder(t);
    const engine = await node(dir, QUIET);
    await engine.publish(program(), 'test');
    const [code, next] = await codesOf(engine);
    const basket = (transactionId: string) => ({
      transactionId,
      lines: [{ lineId: '1', sku: 'coffee', quantity: 1, unitPrice: 1_000 }],
    });
    const step = (on: Engine, name: 'lock' | 'redeem', who: string | undefined, id: string, codes: string[]) =>
      on.till(name, who, START, { transactionId: id, basket: basket(id), codes, ttlMs: 300_000 });
    const shown = (decision: object) => (decision as { answer: { applied: unknown[]; notApplied: unknown[] } }).answer;
    const locked = await Promise.all(['ann', 'bob'].map((who) => step(engine, 'lock', who, `t-${who}`, [code!])));
    t.same(
      locked.map((one) => shown(one).applied.length),
      [1, 0],
    );
    t.match(shown(locked[1]!).notApplied, [{ issueId: `code:${code}`, code: 'no_uses_left' }]);
    const copy = crashed(t, dir);
    const again = await node(copy, QUIET);
    const redeemed = await again.till('redeem', 'ann', START, { transactionId: 't-ann' });
    t.match(shown(redeemed), { state: 'redeemed', applied: [{ issueId: `code:${code}`, amount: 450 }] });
    t.match(await again.explain('ann', 't-ann', false), { result: 'applied' });
    await again.till('void', 'ann', START, { transactionId: 't-ann' });

    await step(again, 'lock', undefined, 'nobody', [code!]);
    const asked = { transactionId: 'nobody', basket: basket('nobody'), codes: [code!] };
    t.match(await again.quote(undefined, START, asked), { applied: [{ issueId: `code:${code}` }], points: {} });
    await step(again, 'redeem', undefined, 'nobody', [code!, next!]);
    const claimed = { ...claim('eve', 'pc', ''), type: 'purchase.claimed', data: { transactionId: 'nobody' } };
    const [decided] = await again.submit([claimed], 'wall');
    t.match(decided, { status: 'applied', outcomes: [{ type: 'promo_code.claimed', data: { code } }, {}] });
    t.same(await reasons(again, [claim('bob', 'b', code!)]), ['code_already_claimed']);
    await again.till('void', 'eve', START, { transactionId: 'nobody' });
    t.same(await reasons(again, [claim('bob', 'b2', code!), claim('bob', 'b3', next!)]), ['applied', 'applied']);
    await again.close();
    await engine.close();
    t.same((await verifyData(copy)).drifts, []);
  },
);
