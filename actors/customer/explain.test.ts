import t from 'tap';
import type { CustomerEntry } from './entry.js';
import { explain } from './explain.js';
import { arriving, EARN, event, giveBack, given, programOf, purchase, type Reported } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';

const one = (id: string, more: object) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ tag: { add: id } }],
  ...more,
});
const PROGRAM = programOf({
  campaigns: [
    EARN,
    one('over', { schedule: { end: '2026-01-31T00:00:00Z' } }),
    one('vips', { target: { where: { field: 'customer.tags', has: 'vip' } } }),
    one('once', { limits: { perCustomer: 1 } }),
    one('big', { behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 5000 } }] } }),
    one('three', { behavior: { all: [{ event: 'purchase', times: 3 }] } }),
    one('tags', { behavior: { all: [{ event: 'tag.added' }] } }),
  ],
});

function explained(before: readonly Reported[], { event, stamp, imported = false }: Reported, full: boolean) {
  const { scenario } = given(PROGRAM, ...before);
  const entry: CustomerEntry = { kind: 'event', position: '7-9', stamp: stamp ?? event.time, event, imported };
  const told = explain(scenario.state, entry, PROGRAM, scenario.history, NOTHING_TAKEN, full);
  JSON.stringify(told);
  const campaigns = told.campaigns as { id: string; considered: boolean; reason?: string; completed?: boolean }[];
  return {
    told,
    campaign: (id: string) => campaigns.find((each) => each.id === id),
    ids: campaigns.map(({ id }) => id),
  };
}

const BEFORE = [purchase('a', '2026-03-01T10:00:00Z', 1000)];

t.test('every campaign that listens, why it was not considered or what its rules saw', (t) => {
  const { told, campaign, ids } = explained(BEFORE, purchase('b', '2026-03-02T10:00:00Z', 1200), false);
  t.same(ids, ['earn', 'over', 'vips', 'once', 'big', 'three'], 'not the one that listens to tags only');
  t.equal(told.result, 'applied');
  t.match(campaign('earn'), {
    considered: true,
    completed: true,
    outcomes: [{ type: 'points.earned', id: '7-9-0', data: { points: 12 } }],
  });
  t.match(campaign('over'), {
    considered: false,
    reason: 'schedule',
    schedule: { start: null, end: '2026-01-31T00:00:00Z' },
  });
  t.match(campaign('vips'), { considered: false, reason: 'target', target: { holds: false } });
  t.match(campaign('once'), { considered: false, reason: 'limit', limit: { perCustomer: 1, completions: 1 } });
  t.match(campaign('big'), {
    considered: true,
    completed: false,
    rules: [{ rule: '1', counted: false, where: { holds: false } }],
  });
  t.match(campaign('three'), {
    considered: true,
    completed: false,
    rules: [{ counted: true, added: 1, before: { have: 1, need: 3 }, after: { have: 2, need: 3 } }],
  });
  t.same(told.outcomes, []);
  t.end();
});

t.test('a limit by period tells what was given in that period', (t) => {
  const monthly = one('monthly', { limits: { perCustomer: 1, per: { calendar: 'month' } } });
  const program = programOf({ campaigns: [monthly] });
  const { scenario } = given(program, ...BEFORE, purchase('b', '2026-04-01T10:00:00Z', 100));
  const { event } = purchase('c', '2026-04-02T10:00:00Z', 100);
  const entry = { kind: 'event', position: '0-3', stamp: event.time, event, imported: false } as const;
  const { campaigns } = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(campaigns, [{ reason: 'limit', limit: { perCustomer: 1, completions: 1 } }]);
  t.end();
});

t.test('in full: the value seen and needed at every node of every condition', (t) => {
  const { campaign } = explained(BEFORE, purchase('b', '2026-03-02T10:00:00Z', 1200), true);
  t.match(campaign('big'), {
    rules: [{ where: { field: 'amount', op: 'gte', need: 5000, have: 1200, holds: false } }],
  });
  t.match(campaign('vips'), { target: { field: 'customer.tags', op: 'has', need: 'vip', have: [], holds: false } });
  t.end();
});

t.test('refused, too late, blocked', (t) => {
  const refused = explained(
    BEFORE,
    event('purchase', 'x', '2026-03-02T10:00:00Z', { transactionId: 'a', total: 1 }),
    false,
  );
  t.match(refused.told, { result: 'refused', reason: 'transaction_exists', outcomes: [{ type: 'event.refused' }] });
  t.match(refused.campaign('earn'), { considered: false, reason: 'not_judged' });
  const late = explained(BEFORE, arriving(purchase('b', '2026-01-02T10:00:00Z', 1), '2026-03-02T10:00:00Z'), false);
  t.match(late.told, { result: 'ignored', reason: 'too_late' });
  t.match(late.campaign('three'), { considered: false, reason: 'not_judged' });
  t.end();
});

t.test('a return shows what it reversed', (t) => {
  const { told, ids, campaign } = explained(BEFORE, giveBack('r', '2026-03-02T10:00:00Z', 'a', 1000), false);
  t.same(ids, ['earn', 'three']);
  t.match(campaign('earn'), { outcomes: [{ type: 'points.reversed', data: { points: 10 } }] });
  t.match(campaign('three'), { outcomes: [{ type: 'behavior.progressed' }] });
  t.same(told.outcomes, []);
  t.end();
});

t.test('a return: the campaigns its purchase had counted for, and what fell', (t) => {
  const claw = one('claw', { behavior: { all: [{ event: 'purchase', times: 2 }] }, onReturn: 'clawback' });
  const three = one('three', { behavior: { all: [{ event: 'purchase', times: 3 }] } });
  const program = programOf({ campaigns: [EARN, claw, three] });
  const { scenario } = given(program, ...BEFORE, purchase('b', '2026-03-02T10:00:00Z', 1200));
  const { event, stamp } = giveBack('r', '2026-03-03T10:00:00Z', 'b', 1200);
  const entry: CustomerEntry = { kind: 'event', position: '7-9', stamp: stamp ?? event.time, event, imported: false };
  const told = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(told.campaigns, [
    { id: 'earn', returned: true, reverted: 0, outcomes: [{ type: 'points.reversed' }] },
    {
      id: 'claw',
      returned: true,
      reverted: 1,
      rules: [{ rule: '1', before: { have: 0, need: 2 }, after: { have: 1, need: 2 } }],
      outcomes: [{ type: 'behavior.reverted' }, { type: 'tag.removed' }, { type: 'behavior.progressed' }],
    },
    { id: 'three', reverted: 0, rules: [{ before: { have: 2 }, after: { have: 1 } }] },
  ]);
  t.same(told.outcomes, []);
  t.end();
});

t.test('a return: what an absence did that was due before it is told beside, not as of the return', (t) => {
  const away = one('away', { behavior: { all: [{ event: 'purchase', absent: true, within: { rolling: 'P7D' } }] } });
  const program = programOf({ campaigns: [EARN, away] });
  const { scenario } = given(program, purchase('a', '2026-03-01T10:00:00Z', 1000));
  const { event } = giveBack('r', '2026-03-10T10:00:00Z', 'a', 1000);
  const entry: CustomerEntry = { kind: 'event', position: '0-2', stamp: event.time, event, imported: false };
  const told = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(told.campaigns, [{ id: 'earn', returned: true, outcomes: [{ type: 'points.reversed' }] }]);
  t.match(told.outcomes, [
    { type: 'behavior.completed', cause: { campaignId: 'away' } },
    { type: 'tag.added', cause: { campaignId: 'away' } },
  ]);
  t.end();
});

t.test('a campaign that counts outcomes is told with the outcome that it was judged by', (t) => {
  const program = programOf({
    campaigns: [EARN, one('rich', { behavior: { all: [{ event: 'points.earned', times: 2 }] } })],
  });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000));
  const { event: reported } = purchase('q', '2026-03-02T10:00:00Z', 500);
  const entry = { kind: 'event', position: '0-2', stamp: reported.time, event: reported, imported: false } as const;
  const { campaigns } = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(campaigns, [
    { id: 'earn', considered: true, completed: true, outcomes: [{ id: '0-2-0', type: 'points.earned' }] },
    {
      id: 'rich',
      trigger: { type: 'points.earned', outcomeId: '0-2-0' },
      rules: [{ counted: true, before: { have: 1 }, after: { have: 0 } }],
      completed: true,
      outcomes: [{ type: 'behavior.completed' }, { type: 'tag.added' }],
    },
  ]);
  t.notOk('trigger' in (campaigns as object[])[0]!);
  t.end();
});

t.test('a loser says to whom it lost, the base too', (t) => {
  const group = { group: 'g', best: 'highest' };
  const rival = one('rival', { ...group, outcomes: [{ points: { account: 'stars', fixed: 50 } }] });
  const less = one('less', { ...group, outcomes: [{ points: { account: 'stars', fixed: 40 } }] });
  const program = programOf({ campaigns: [{ ...EARN, ...group }, less, rival] });
  const { event: reported } = purchase('q', '2026-03-02T10:00:00Z', 500);
  const entry = { kind: 'event', position: '0-1', stamp: reported.time, event: reported, imported: false } as const;
  const { scenario } = given(program);
  const { campaigns } = explain(undefined, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(campaigns, [
    { id: 'earn', completed: true, lostTo: 'rival', outcomes: [] },
    { id: 'less', completed: true, outcomes: [{ data: { lostTo: 'rival' } }] },
    { id: 'rival', completed: true, outcomes: [{ type: 'behavior.completed' }, { data: { points: 50 } }] },
  ]);
  t.end();
});

t.test(
  'of a sequence each step is told: what the event counts for, and where the steps stand before and after',
  (t) => {
    const steps = one('steps', { behavior: { sequence: [{ event: 'purchase' }, { event: 'purchase', times: 2 }] } });
    const program = programOf({ campaigns: [steps] });
    const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000));
    const { event: reported } = purchase('q', '2026-03-02T10:00:00Z', 500);
    const entry = { kind: 'event', position: '0-2', stamp: reported.time, event: reported, imported: false } as const;
    const { campaigns } = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
    t.match(campaigns, [
      {
        id: 'steps',
        behavior: 'sequence',
        rules: [
          { rule: '1', before: { have: 1, need: 1 }, after: { have: 1, need: 1 } },
          { rule: '2', counted: true, added: 1, before: { have: 0, need: 2 }, after: { have: 1, need: 2 } },
        ],
        completed: false,
      },
    ]);
    t.end();
  },
);

t.test('what counts nowhere is told as not counted', (t) => {
  const streak = one('streak', { behavior: { all: [{ event: 'purchase', streak: { unit: 'day', atLeast: 1 } }] } });
  const program = programOf({ campaigns: [streak] });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000));
  const { event: reported } = purchase('q', '2026-03-01T11:00:00Z', 500);
  const entry = { kind: 'event', position: '0-2', stamp: reported.time, event: reported, imported: false } as const;
  const { campaigns } = explain(scenario.state, entry, program, scenario.history, NOTHING_TAKEN, false);
  t.match(campaigns, [{ id: 'streak', considered: true, rules: [{ counted: false }], completed: false, outcomes: [] }]);
  t.end();
});
