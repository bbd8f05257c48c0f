/**
 * How rules are joined: any, sequence, sameEvent; what carries; and windows opened by their first match. It is long because
 * each of them has its table.
 */
import t from 'tap';
import type { Json } from '../event.js';
import { limits } from '../limits.js';
import { behaving, buy, course, holdsEach, type Row } from './course.js';
import { evolve } from './evolve.js';
import { COUNTED, progressOf } from './progress.js';
import { arriving, event, giveBack, type Reported, Scenario } from './scenario.js';
import { initial } from './state.js';

const survey = (id: string, day: string, data: object = {}): Reported => event('survey', id, `${day}T12:00:00Z`, data);
const other = (id: string, day: string): Reported => event('other', id, `${day}T12:00:00Z`, {});
const late = (reported: Reported, day: string): Reported => arriving(reported, `${day}T12:00:00Z`);

function holds(name: string, rows: readonly Row[]): void {
  t.test(name, async (t) => {
    holdsEach(t, rows);
  });
}

const THREE_OR_SURVEY = { any: [{ event: 'purchase', times: 3 }, { event: 'survey' }] };

holds('any', [
  ['one full rule completes', THREE_OR_SURVEY, [survey('a', '2026-03-01'), buy('b', '2026-03-02')], 'c 1/0'],
  [
    'at completion the matches of all rules are spent, under any too',
    THREE_OR_SURVEY,
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), survey('c', '2026-03-03'), buy('d', '2026-03-04')],
    '1/0 2/0 c 1/0',
  ],
  [
    'one event that fills two rules completes once',
    { any: [{ event: 'purchase' }, { event: 'purchase', sum: { of: 'amount', atLeast: 5 } }] },
    [buy('a', '2026-03-01')],
    'c',
  ],
  [
    'nothing is latched: a rule is complete while its window holds enough',
    {
      any: [
        { event: 'purchase', times: 2, within: { rolling: 'P2D' } },
        { event: 'survey', times: 2 },
      ],
    },
    [buy('a', '2026-03-01'), survey('b', '2026-03-02'), buy('c', '2026-03-03'), survey('d', '2026-03-04')],
    '1/0 1/1 1/1 c',
  ],
]);

const SAME = {
  all: [
    { event: 'purchase', where: { field: 'channel', eq: 'app' }, times: 2 },
    { event: 'purchase', where: { field: 'amount', gte: 500 }, sum: { of: 'amount', atLeast: 1500 } },
  ],
  sameEvent: true,
};

holds('sameEvent', [
  [
    'only events that satisfy the where of every rule count',
    SAME,
    [
      buy('a', '2026-03-01', { total: 1000, channel: 'pos' }),
      buy('b', '2026-03-02', { total: 100, channel: 'app' }),
      buy('c', '2026-03-03', { total: 600, channel: 'app' }),
      buy('d', '2026-03-04', { total: 900, channel: 'app' }),
    ],
    '- - 1/600 c',
  ],
]);

t.test('sameEvent: judged again after a return every where must still hold', async (t) => {
  const scenario = new Scenario(behaving(SAME));
  t.equal(course(scenario, buy('a', '2026-03-01', { total: 600, channel: 'app' })), '1/600');
  t.equal(course(scenario, giveBack('r', '2026-03-02T12:00:00Z', 'a', 200)), '0/0');
});

const CARRY = { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true } }] };

holds('carry', [
  ['one event may complete several times, the excess counts on', CARRY, [buy('a', '2026-03-01', 2500)], 'cc'],
  [
    'the excess stays with the last event',
    CARRY,
    [buy('a', '2026-03-01', 1300), buy('b', '2026-03-02', 500), buy('c', '2026-03-03', 200)],
    'c 800 c',
  ],
  [
    'and its time: it leaves the window with it',
    { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true }, within: { rolling: 'P2D' } }] },
    [
      buy('a', '2026-03-01', 600),
      buy('b', '2026-03-02', 700),
      buy('c', '2026-03-03', 600),
      buy('d', '2026-03-05', 500),
    ],
    '600 c 900 500',
  ],
  [
    'events are used oldest first',
    { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 1000, carry: true }, within: { rolling: 'P3D' } }] },
    [buy('new', '2026-03-03', 900), late(buy('old', '2026-03-02', 300), '2026-03-03'), buy('d', '2026-03-05', 800)],
    '900 c c',
  ],
  [
    'completions stop at the limit, and the excess is then dropped',
    CARRY,
    [buy('a', '2026-03-01', 4500), buy('b', '2026-04-01', 400)],
    'cc 400',
    { limits: { perCustomer: 2, per: { calendar: 'month' } } },
  ],
  [
    'a rule of all without carry is spent whole, so the next completion waits for it',
    { all: [...CARRY.all, { event: 'survey' }] },
    [buy('a', '2026-03-01', 2500), survey('b', '2026-03-02'), survey('c', '2026-03-03'), survey('d', '2026-03-04')],
    '2500/0 c c 500/1',
  ],
  [
    'under any a rule that carries and is not full gives nothing',
    { any: [...CARRY.all, { event: 'survey' }] },
    [buy('a', '2026-03-01', 400), survey('b', '2026-03-02'), buy('c', '2026-03-03', 600)],
    '400/0 c c',
  ],
]);

t.test('carry: what comes back is taken from the excess', async (t) => {
  const scenario = new Scenario(behaving(CARRY));
  t.equal(course(scenario, buy('a', '2026-03-01', 1700), giveBack('r', '2026-03-02T12:00:00Z', 'a', 300)), 'c 400');
  t.equal(course(scenario, giveBack('q', '2026-03-03T12:00:00Z', 'a', 900), buy('b', '2026-03-04', 100)), '0 100');
});

t.test('carry: one event completes at most so often as limits allow, and the rest is dropped', async (t) => {
  const tiny = behaving({ all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 1, carry: true } }] });
  const scenario = new Scenario(tiny);
  t.equal(course(scenario, buy('a', '2026-03-01', 5000)).length, 1000);
  t.equal(progressOf(scenario.state!, 'c')!.completions, 1000);
  t.same(progressOf(scenario.state!, 'c')!.rules, []);
});

const STEPS = { sequence: [{ event: 'purchase', times: 2 }, { event: 'survey' }, { event: 'other' }] };

holds('sequence', [
  [
    'a rule counts only events after the one that completed the rule before',
    STEPS,
    [
      survey('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-03'),
      other('d', '2026-03-04'),
      survey('e', '2026-03-05'),
      other('f', '2026-03-06'),
    ],
    '- 1/0/0 2/0/0 - 2/1/0 c',
  ],
  [
    'later in time: an event that arrives late and is earlier does not count',
    { sequence: [{ event: 'purchase' }, { event: 'survey' }] },
    [buy('a', '2026-03-05'), late(survey('b', '2026-03-04'), '2026-03-06'), survey('c', '2026-03-06')],
    '1/0 - c',
  ],
  [
    'at equal times later in arrival',
    { sequence: [{ event: 'purchase' }, { event: 'survey' }] },
    [survey('a', '2026-03-05'), buy('b', '2026-03-05'), survey('c', '2026-03-05')],
    '- 1/0 c',
  ],
  [
    'an event that arrived earlier but is later in time counts for the next',
    { sequence: [{ event: 'purchase' }, { event: 'survey' }, { event: 'other' }] },
    [survey('a', '2026-03-05'), late(buy('b', '2026-03-04'), '2026-03-06'), other('c', '2026-03-06')],
    '- 1/1/0 c',
  ],
  [
    'so that a late event may complete it all',
    { sequence: [{ event: 'purchase' }, { event: 'survey' }] },
    [survey('a', '2026-03-05'), late(buy('b', '2026-03-04'), '2026-03-06')],
    '- c',
  ],
  [
    'one event serves one rule',
    { sequence: [{ event: 'purchase' }, { event: 'purchase' }] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-03')],
    '1/0 c 1/0',
  ],
  [
    'a step ends at the latest of the events it counted',
    { sequence: [{ event: 'purchase', times: 2 }, { event: 'survey' }] },
    [
      buy('b', '2026-03-09'),
      late(buy('a', '2026-03-01'), '2026-03-10'),
      late(survey('c', '2026-03-05'), '2026-03-10'),
      survey('d', '2026-03-10'),
    ],
    '1/0 2/0 - c',
  ],
  [
    'a finished step is latched: its window may pass',
    { sequence: [{ event: 'purchase', times: 2, within: { rolling: 'P2D' } }, { event: 'survey' }] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), survey('c', '2026-06-20')],
    '1/0 2/0 c',
  ],
  [
    'the window of the open step is its own',
    { sequence: [{ event: 'survey' }, { event: 'purchase', times: 2, within: { calendar: 'day' } }] },
    [survey('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-03'), buy('d', '2026-03-03')],
    '1/0 1/1 1/1 c',
  ],
  [
    'all matches of all rules that have arrived are spent at completion',
    { sequence: [{ event: 'purchase' }, { event: 'survey' }] },
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), survey('c', '2026-03-03'), survey('d', '2026-03-04')],
    '1/0 - c -',
  ],
]);

t.test('sequence: a return undoes a finished step that no longer holds, and those after it', async (t) => {
  const steps = { sequence: [{ event: 'purchase' }, { event: 'survey' }, { event: 'other' }] };
  const scenario = new Scenario(behaving(steps));
  t.equal(course(scenario, buy('a', '2026-03-01'), survey('b', '2026-03-02')), '1/0/0 1/1/0');
  t.equal(course(scenario, giveBack('r', '2026-03-03T12:00:00Z', 'a', 1000)), '0/0/0');
  t.equal(course(scenario, other('c', '2026-03-04')), '-', 'nothing completes it meanwhile');
  t.equal(
    course(scenario, late(buy('d', '2026-03-01'), '2026-03-05')),
    'c',
    'and what came after still counts once the step is finished anew',
  );
});

t.test('sequence: a step that still holds after a return stays finished', async (t) => {
  const steps = { sequence: [{ event: 'purchase', sum: { of: 'amount', atLeast: 500 } }, { event: 'survey' }] };
  const scenario = new Scenario(behaving(steps));
  t.equal(course(scenario, buy('a', '2026-03-01'), giveBack('r', '2026-03-03T12:00:00Z', 'a', 300)), '1000/0 700/0');
  t.equal(course(scenario, survey('b', '2026-03-04')), 'c');
});

const SINCE = { all: [{ event: 'purchase', times: 3, within: { sinceFirst: 'P7D' } }] };

holds('sinceFirst is [first, first + d], opened by the first match to arrive', [
  ['both ends are in it', SINCE, [buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-08')], '1 2 c'],
  [
    'closed by the arrival of a match after its end: unfilled, its matches are dropped',
    SINCE,
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), buy('c', '2026-03-08T12:00:00.001Z'), buy('d', '2026-03-09')],
    '1 2 1 2',
  ],
  [
    'a match before first counts nowhere',
    SINCE,
    [
      buy('b', '2026-03-05'),
      late(buy('a', '2026-03-04'), '2026-03-06'),
      buy('c', '2026-03-06'),
      buy('d', '2026-03-07'),
    ],
    '1 - 2 c',
  ],
  [
    'until it is closed a late match may still fill it',
    SINCE,
    [buy('a', '2026-03-01'), buy('b', '2026-03-02'), late(buy('c', '2026-03-03'), '2026-03-20')],
    '1 2 c',
  ],
  [
    'a full window stays while other rules are waited for',
    { all: [...SINCE.all, { event: 'survey' }] },
    [
      buy('a', '2026-03-01'),
      buy('b', '2026-03-02'),
      buy('c', '2026-03-03'),
      buy('d', '2026-04-01'),
      survey('e', '2026-04-02'),
    ],
    '1/0 2/0 3/0 - c',
  ],
]);

t.test('sinceFirst shows when it ends', async (t) => {
  const scenario = new Scenario(behaving(SINCE));
  course(scenario, buy('a', '2026-03-01'));
  t.match(scenario.profile(), {
    behaviors: { c: { rules: { 1: { have: 1, need: 3, resetsAt: '2026-03-08T12:00:00Z' } } } },
  });
});

t.test('a rule holds a bounded number of events; beyond it the oldest count no more', async (t) => {
  const state = initial('c');
  const most = limits.matchesPerRuleMax;
  for (let i = 0; i <= most; i++) {
    const progress: Json = [COUNTED, ['1', 'x', i, 1, null, null, 0]];
    evolve(state, {
      id: '',
      type: 'progress.moved',
      customerId: 'c',
      time: i,
      cause: {},
      data: { campaignId: 'c', progress },
    });
  }
  const { matches } = progressOf(state, 'c')!.rules[0]!;
  t.same([matches.length, matches[0]![0]], [most, 1]);
  t.ok(limits.ruleNeedMax <= most, 'and no rule may ask for more');
});
