/** Erasure on a node: personal data is gone wherever it was written, amounts stay (DESIGN D13). */
import t from 'tap';
import type { Event, Json } from '../actors/event.js';
import { folder, node, purchase } from './testing/brand.js';
import { crashed } from './testing/crashed.js';
import { verifyData } from './verify.js';

const START = Date.parse('2026-03-01T12:00:00Z');
const options = { now: () => START + 3_600_000, checkpointEveryMs: 3_600_000 };

function profileOf(subject: string, id: string, attributes: Record<string, Json>): Event {
  return { id, source: 'app', type: 'profile.updated', subject, time: START, data: { attributes } };
}
function erase(subject: string, id = 'e1', time = START): Event {
  return { id, source: 'crm', type: 'customer.erased', subject, time, data: {} };
}

t.test('personal data is gone, amounts stay, and whoever comes back begins anew', async (t) => {
  const dir = folder(t);
  let engine = await node(dir, options);
  const survey = {
    id: 's1',
    source: 'app',
    type: 'survey.done',
    subject: 'ann',
    time: START,
    data: { note: 'the window' },
  };
  const before = [profileOf('ann', 'u1', { name: 'Ann' }), purchase('ann', 'p1', 1_000, START), survey];
  await engine.submit([...before, profileOf('bob', 'u1', { name: 'Bob' })], 'wall');
  await engine.checkpoint();
  t.match(await engine.submit([erase('ann')], 'wall'), [
    { status: 'applied', outcomes: [{ type: 'customer.erased', data: {} }] },
  ]);
  for (const when of ['at once', 'after a checkpoint', 'after a crash', 'after a restart']) {
    let where = dir;
    if (when === 'after a checkpoint') await engine.checkpoint();
    if (when === 'after a crash') where = crashed(t, dir);
    const seen = where === dir ? engine : await node(where, options);
    if (when === 'after a restart') {
      await engine.close();
      engine = await node(dir, options);
    }
    const asked = when === 'after a restart' ? engine : seen;
    t.match(
      await asked.profile('ann'),
      { attributes: {}, totals: { net: 1_000 }, points: { stars: { active: 15 } } },
      when,
    );
    t.notMatch(JSON.stringify(await asked.events('ann', { limit: 50 })), /Ann|the window/, `${when}: the event stream`);
    t.match(await asked.profile('bob'), { attributes: { name: 'Bob' } }, 'others keep theirs');
    t.match(await asked.submit(before, 'wall'), [
      { status: 'duplicate' },
      { status: 'duplicate' },
      { status: 'duplicate' },
    ]);
    if (where !== dir) await seen.close();
  }
  await engine.submit([profileOf('ann', 'u2', { name: 'Anna' })], 'wall');
  t.match(await engine.submit([erase('ann')], 'wall'), [{ status: 'duplicate' }]);
  t.match(await engine.profile('ann'), { attributes: { name: 'Anna' } }, 'a repeat takes nothing that came later');
  const future = await engine.submit([erase('ann', 'e2', START + 90_000_000)], 'wall');
  t.match(future, [{ status: 'invalid' }]);
  await engine.close();
  engine = await node(dir, options);
  t.match(await engine.profile('ann'), { attributes: { name: 'Anna' } }, 'nor does one that is refused, or a restart');
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('what was merged into a customer is erased with it', async (t) => {
  const dir = folder(t);
  const engine = await node(dir, options);
  const merge = { id: 'm', source: 'crm', type: 'customer.merged', subject: 'bob', time: START, data: { from: 'ann' } };
  await engine.submit(
    [profileOf('ann', 'u1', { name: 'Ann' }), profileOf('bob', 'u1', { city: 'Boston' }), merge],
    'wall',
  );
  t.match(await engine.submit([erase('ann')], 'wall'), [{ status: 'applied' }], 'by the old id too');
  t.match(await engine.profile('bob'), { attributes: {} });
  t.notMatch(JSON.stringify(await engine.events('bob', { limit: 50 })), /Ann|Boston/);
  await engine.close();
  t.same((await verifyData(dir)).drifts, []);
});

t.test('events reported while keys are on their way to disk are judged in their order', async (t) => {
  const engine = await node(folder(t), options);
  const events = [
    profileOf('ann', 'u1', { name: 'Ann' }),
    erase('ann'),
    profileOf('ann', 'u2', { city: 'Boston' }),
    erase('ann', 'e2'),
    purchase('ann', 'p1', 100, START),
    profileOf('ann', 'u3', { city: 'Berlin' }),
  ];
  t.equal(
    (await engine.submit(events, 'wall')).every(({ status }) => status === 'applied'),
    true,
  );
  t.match(await engine.profile('ann'), { attributes: { city: 'Berlin' }, totals: { purchases: 1 } });
  t.equal(Object.keys((await engine.profile('ann'))!.attributes as object).length, 1);
  await engine.checkpoint();
  await engine.close();
});
