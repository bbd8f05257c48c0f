/** Points and rewards on a node: what is spent comes back into its lots, through checkpoints, crashes and replay. */
import t from 'tap';
import type { Event } from '../actors/event.js';
import { validateProgram } from '../actors/program/validate.js';
import { BRAND, folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const DAY = 86_400_000;
const QUIET = { checkpointEveryMs: 3_600_000, now: () => START };

function program(): unknown {
  const inactivity = { kind: 'inactivity', after: 'P60D', events: ['purchase'] };
  const validated = validateProgram({
    ...BRAND,
    points: {
      accounts: [
        { id: 'stars', expiry: inactivity, caps: [{ per: { calendar: 'day' }, points: 100 }] },
        { id: 'status', spendable: false, activation: { kind: 'after', duration: 'P3D' } },
      ],
    },
    rewards: [
      { id: 'mug', price: { account: 'stars', points: 30 }, perCustomer: 2, stock: 3, gives: { offer: 'free-latte' } },
    ],
  });
  if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
  return validated.document;
}

function told(type: string, id: string, time: number, data: object): Event {
  return { id, source: 'pos/test', type, subject: 'ann', time, data };
}
const buy = (id: string, time: number) => told('reward.purchased', id, time, { rewardId: 'mug' });

t.test('bought, refused, given back: the same through a crash and a replay', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, QUIET);
  await engine.publish(program(), 'test');
  const [, , bought, , refused] = await engine.submit(
    [
      purchase('ann', 'p1', 5_000, START - 2 * DAY),
      purchase('ann', 'p2', 20_000, START - DAY),
      buy('b1', START),
      buy('b2', START),
      buy('b3', START),
    ],
    'wall',
  );
  t.match(refused, { status: 'refused', reason: 'reward_limit' });
  const purchased =
    bought!.status === 'applied' ? bought!.outcomes.find(({ type }) => type === 'reward.purchased') : undefined;
  t.match(await engine.profile('ann'), {
    points: { stars: { active: 90, earned: 150, spent: 60 }, status: { active: 0, pending: 250 } },
  });
  t.match(await engine.store('ann'), {
    items: [{ id: 'mug', stock: 1, bought: 2, canBuy: false }],
    purchases: [{}, {}],
  });
  await engine.checkpoint();
  const [refunded, again] = await engine.submit(
    [
      told('reward.refunded', 'r1', START, { purchaseId: purchased!.id }),
      told('reward.refunded', 'r2', START, { purchaseId: purchased!.id }),
    ],
    'wall',
  );
  t.match(refunded, { status: 'applied' });
  t.match(again, { status: 'refused', reason: 'unknown_purchase' });
  const profile = await engine.profile('ann');
  const shown = await engine.store('ann');
  t.match(profile, { points: { stars: { active: 120, spent: 30 } } });
  t.match(shown, { items: [{ stock: 2, bought: 1, canBuy: true }], purchases: [{ rewardId: 'mug' }] });
  const copy = crashed(t, dir);
  const replayed = await node(copy, QUIET);
  t.same(await replayed.profile('ann'), profile);
  t.same(await replayed.store('ann'), shown);
  t.match(await replayed.submit([told('reward.refunded', 'r1', START, { purchaseId: purchased!.id })], 'wall'), [
    { status: 'duplicate' },
  ]);
  await replayed.close();
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
  t.same((await verifyData(copy)).drifts, []);
});

t.test('the clock activates what is pending', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, QUIET);
  await engine.publish(program(), 'test');
  await engine.submit([purchase('ann', 'p1', 5_000, START)], 'wall');
  await engine.close();
  engine = await node(dir, { checkpointEveryMs: 20, now: () => START + 4 * DAY });
  t.match(await engine.profile('ann'), { points: { status: { active: 50, pending: 0 } } }, 'shown before it is done');
  for (;;) {
    const { items } = (await engine.events('ann', { limit: 10 }, 'ledger'))!;
    if (items[0]!.outcomes.some(({ type }) => type === 'points.activated')) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});
