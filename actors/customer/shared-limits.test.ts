/** Totals and budgets over all customers (PROGRAM: Campaigns; "Edges"). What others have taken is folded from outcomes. */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { explain } from './explain.js';
import { MemoryHistory } from './history.memory.js';
import { event, giveBack, programOf, purchase, Scenario } from './scenario.js';
import { countShared, leftOf, recordedLimits } from './shared-limits.js';
import { MemoryLimits } from './shared-limits.memory.js';
import { copyOf } from './state.js';
import { Working } from './working.js';

const DAY = '2026-03-01T10:00:00Z';
const campaign = (id: string, more: object, all: object[] = [{ event: 'purchase' }]) => ({
  id,
  kind: 'promotion',
  behavior: { all },
  outcomes: [{ points: { account: 'stars', fixed: 30 } }],
  ...more,
});

/** Customers who share the counts. */
function customers(campaigns: object[], parts: object = {}) {
  const program = programOf({ campaigns, ...parts });
  const counts = new MemoryLimits();
  const one = () => {
    const scenario = new Scenario(program);
    scenario.shared = counts;
    return { scenario, report: (reported: Parameters<Scenario['report']>[0]) => scenario.report(reported) };
  };
  return { program, counts, one };
}

const types = (outcomes: readonly Outcome[]) =>
  outcomes
    .map(({ type }) => type)
    .filter((type) => !['entry.judged', 'purchase.recorded', 'return.recorded'].includes(type));
const points = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => (outcome.type === 'points.earned' ? [outcome.data.points] : []));

t.test('total is for ever and over all customers: whoever comes after gets nothing and counts nothing', (t) => {
  const { one, counts } = customers([campaign('c', { limits: { total: 2 } })]);
  const [ann, ben, cat] = [one(), one(), one()];
  t.same(points(ann.report(purchase('a', DAY, 100))), [30]);
  t.same(points(ben.report(purchase('b', DAY, 100))), [30]);
  t.same(types(cat.report(purchase('c', DAY, 100))), ['limit.reached']);
  t.same(types(ann.report(purchase('a2', '2027-03-01T10:00:00Z', 100))), ['limit.reached'], 'a year later neither');
  t.equal(counts.count('total', 'c'), 2);
  t.same(cat.scenario.state!.behaviors, []);
  t.end();
});

t.test('a campaign whose total is used up neither counts nor completes, as with the limit of a customer', (t) => {
  const { one } = customers([campaign('c', { limits: { total: 1 } }, [{ event: 'purchase', times: 2 }])]);
  const [ann, ben] = [one(), one()];
  ben.report(purchase('b', DAY, 100));
  ann.report(purchase('a', DAY, 100));
  ann.report(purchase('a2', DAY, 100));
  t.same(types(ben.report(purchase('b2', DAY, 100))), ['limit.reached']);
  t.equal(ben.scenario.state!.behaviors[0]!.rules[0]!.matches.length, 1, 'what was counted before stays');
  t.end();
});

t.test('an event that matches no rule says nothing of a total that is used up', (t) => {
  const { one } = customers([
    campaign('c', { limits: { total: 1 } }, [{ event: 'purchase', where: { field: 'amount', gte: 100 } }]),
  ]);
  one().report(purchase('a', DAY, 100));
  t.same(types(one().report(purchase('b', DAY, 99))), []);
  t.end();
});

t.test('completions by carry stop at the total, and the excess is then dropped', (t) => {
  const { one, counts } = customers([
    campaign('c', { limits: { total: 3 } }, [{ event: 'purchase', sum: { of: 'amount', atLeast: 100, carry: true } }]),
  ]);
  t.same(points(one().report(purchase('a', DAY, 200))), [30, 30]);
  const ben = one();
  t.same(points(ben.report(purchase('b', DAY, 270))), [30]);
  t.equal(counts.count('total', 'c'), 3);
  t.same(ben.scenario.state!.behaviors[0]!.rules, []);
  t.end();
});

t.test('an award is clipped to the budget left, and says so', (t) => {
  const { one, counts } = customers([campaign('c', { limits: { budget: { points: 50 } } })]);
  t.same(points(one().report(purchase('a', DAY, 100))), [30]);
  const clipped = one().report(purchase('b', DAY, 100));
  t.match(
    clipped.find(({ type }) => type === 'points.earned'),
    { data: { points: 20, desired: 30, applied: 20, clippedBy: 'budget' } },
  );
  t.equal(counts.count('budget', 'c'), 50);
  t.end();
});

t.test('without budget left the campaign still gives what costs no points', (t) => {
  const outcomes = [{ points: { account: 'stars', fixed: 30 } }, { tag: { add: 'came' } }];
  const { one } = customers([campaign('c', { outcomes, limits: { budget: { points: 30 } } })]);
  one().report(purchase('a', DAY, 100));
  const late = one();
  const told = late.report(purchase('b', DAY, 100));
  t.match(
    told.find(({ type }) => type === 'points.earned'),
    { data: { points: 0, desired: 30, clippedBy: 'budget' } },
  );
  t.same(
    late.scenario.state!.tags.map(({ tag }) => tag),
    ['came'],
  );
  t.end();
});

t.test('the budget is over all accounts, and of what is left after the caps', (t) => {
  const parts = {
    points: { accounts: [{ id: 'stars', caps: [{ per: { calendar: 'day' }, points: 10 }] }, { id: 'miles' }] },
  };
  const outcomes = [{ points: { account: 'stars', fixed: 30 } }, { points: { account: 'miles', fixed: 30 } }];
  const { one, counts } = customers([campaign('c', { outcomes, limits: { budget: { points: 55 } } })], parts);
  t.same(points(one().report(purchase('a', DAY, 100))), [10, 30]);
  t.same(points(one().report(purchase('b', DAY, 100))), [10, 5]);
  t.equal(counts.count('budget', 'c'), 55);
  t.end();
});

t.test('clawback frees the place in total and budget', (t) => {
  const { one, counts } = customers([
    campaign('c', { limits: { total: 1, budget: { points: 30 } }, onReturn: 'clawback' }),
  ]);
  const [ann, ben] = [one(), one()];
  ann.report(purchase('a', DAY, 100));
  t.same(points(ben.report(purchase('b', DAY, 100))), []);
  ann.report(giveBack('r', '2026-03-02T10:00:00Z', 'a', 100));
  t.same([counts.count('total', 'c'), counts.count('budget', 'c')], [0, 0]);
  t.same(points(ben.report(purchase('b2', '2026-03-03T10:00:00Z', 100))), [30]);
  t.end();
});

t.test('a return that leaves the completion (keep) frees nothing', (t) => {
  const { one, counts } = customers([campaign('c', { limits: { total: 1, budget: { points: 30 } } })]);
  const ann = one();
  ann.report(purchase('a', DAY, 100));
  ann.report(giveBack('r', '2026-03-02T10:00:00Z', 'a', 100));
  t.same([counts.count('total', 'c'), counts.count('budget', 'c')], [1, 30]);
  t.end();
});

t.test('a program that allows less than was given already gives no more', (t) => {
  const { one, counts } = customers([campaign('c', { limits: { total: 2, budget: { points: 10 } } })]);
  counts.set('total', 'c', 5);
  t.same(points(one().report(purchase('a', DAY, 100))), []);
  counts.set('total', 'c', 0);
  counts.set('budget', 'c', 99);
  t.same(points(one().report(purchase('b', DAY, 100))), [0]);
  t.end();
});

t.test('what this very entry took is no longer left to it', (t) => {
  const working = new Working('c', undefined, '0-1', 0);
  const counts = new MemoryLimits();
  countShared(working, 0, {}, 'budget', 'x', 7);
  countShared(working, 0, {}, 'budget', 'y', 1);
  countShared(working, 0, {}, 'total', 'x', 1);
  countShared(working, 0, {}, 'budget', 'x', 0);
  t.equal(leftOf(working, counts, 'budget', 'x', 10), 3);
  t.equal(leftOf(working, counts, 'budget', 'x', 5), 0, 'never below 0');
  t.equal(working.outcomes.length, 3, 'nothing taken is nothing said');
  t.end();
});

t.test('explain says what limited, from what was recorded then', (t) => {
  const { program, one } = customers([
    campaign('c', { limits: { total: 1 } }),
    campaign('d', { limits: { budget: { points: 40 } } }),
  ]);
  one().report(purchase('a', DAY, 100));
  const { event: reported } = purchase('b', DAY, 100);
  const ben = one();
  const recorded = ben.report({ event: reported });
  const entry = { kind: 'event', position: '0-1', stamp: reported.time, event: reported, imported: false } as const;
  const told = explain(undefined, entry, program, new MemoryHistory(), recordedLimits(recorded), false);
  t.match(told.campaigns, [
    { id: 'c', considered: false, reason: 'total', limit: { total: 1, left: 0 }, completed: false },
    { id: 'd', considered: true, completed: true, limited: [{ limit: 'budget', left: 10 }] },
  ]);
  t.match(told.campaigns, [
    {},
    { outcomes: [{ type: 'behavior.completed' }, { data: { points: 10, clippedBy: 'budget' } }] },
  ]);
  t.end();
});

t.test('explain of the event that took the last place says that it was considered', (t) => {
  const { program, one } = customers([campaign('c', { limits: { total: 1 } })]);
  const { event: reported } = purchase('a', DAY, 100);
  const ann = one();
  const recorded = ann.report({ event: reported });
  const entry = { kind: 'event', position: '0-1', stamp: reported.time, event: reported, imported: false } as const;
  const told = explain(undefined, entry, program, new MemoryHistory(), recordedLimits(recorded), false);
  t.match(told.campaigns, [{ id: 'c', considered: true, completed: true }]);
  t.end();
});

t.test('explain of an event before which an absence was kept away by the total says nothing of it', (t) => {
  const away = [{ event: 'purchase', absent: true, within: { rolling: 'P7D' } }];
  const { program, one } = customers([campaign('c', { limits: { total: 1 } }, away)]);
  const [ann, ben] = [one(), one()];
  ann.report(purchase('a', DAY, 100));
  ben.report(purchase('b', DAY, 100));
  t.same(points(ann.scenario.time('2026-03-08T10:00:00Z')), [30]);
  const before = copyOf(ben.scenario.state!);
  const { event: reported } = event('app.opened', 'e', '2026-03-09T10:00:00Z', {});
  const recorded = ben.report({ event: reported });
  t.same(points(recorded), []);
  const entry = { kind: 'event', position: '0-2', stamp: reported.time, event: reported, imported: false } as const;
  const told = explain(before, entry, program, ben.scenario.history, recordedLimits(recorded), false);
  t.same(told.outcomes, []);
  t.end();
});

t.test('a campaign that counts nothing of others says nothing of shared limits', (t) => {
  const { one } = customers([campaign('c', { limits: { perCustomer: 1 } })]);
  const ann = one();
  t.notOk(types(ann.report(purchase('a', DAY, 100))).some((type) => type.startsWith('limit.')));
  t.notOk(types(ann.report(event('tag.added', 't', DAY, { tag: 'x' }))).some((type) => type.startsWith('limit.')));
  t.end();
});

t.test('a reward’s stock is over all customers; refunded ones are there again', (t) => {
  const rewards = [{ id: 'mug', price: { account: 'stars', points: 10 }, stock: 3 }];
  const { one, counts } = customers([], { rewards });
  const [ann, ben] = [one(), one()];
  for (const each of [ann, ben]) each.report(event('points.adjusted', 'a', DAY, { account: 'stars', points: 100 }));
  const buy = (id: string, quantity: number) => event('reward.purchased', id, DAY, { rewardId: 'mug', quantity });
  ann.report(buy('b', 2));
  const refused = ben.report(buy('b', 2)).find(({ type }) => type === 'event.refused');
  t.match(refused, { data: { reason: 'out_of_stock', need: 2, have: 1, missing: 1 } });
  t.equal(ben.scenario.state!.accounts[0]!.active, 100);
  t.ok(ben.report(buy('c', 1)).some(({ type }) => type === 'reward.purchased'));
  t.equal(counts.count('stock', 'mug'), 3);
  ann.report(event('reward.refunded', 'r', '2026-03-02T10:00:00Z', { purchaseId: '0-2-0' }));
  t.equal(counts.count('stock', 'mug'), 1);
  t.ok(ben.report(buy('d', 2)).some(({ type }) => type === 'reward.purchased'));
  t.end();
});

t.test('a send stops at its total, and says nothing to those after', (t) => {
  const hello = { id: 'hello', kind: 'promotion', outcomes: [{ tag: { add: 'hi' } }], limits: { total: 1 } };
  const { one, counts } = customers([hello]);
  const [ann, ben] = [one(), one()];
  for (const each of [ann, ben]) each.report(event('tag.added', 'e', DAY, { tag: 'x' }));
  const at = '2026-03-02T10:00:00Z';
  t.ok(types(ann.scenario.send('hello', 1, at)).includes('tag.added'));
  t.same(ben.scenario.send('hello', 1, at), []);
  t.equal(counts.count('total', 'hello'), 1);
  t.end();
});
