/** Returns against rules that carry: what a purchase adds more, and excess that counts no more (PROGRAM: "Edges: Behaviors"). */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { behaving, buy } from './course.js';
import { progressOf } from './progress.js';
import { arriving, event, giveBack, line, type Reported, Scenario } from './scenario.js';

const back = (id: string, of: string, what: number | object) => giveBack(id, '2026-04-20T12:00:00Z', of, what);
const survey = (id: string, day: string): Reported => event('survey', id, `${day}T12:00:00Z`, {});
const carried = (of: unknown, atLeast: number, more: object = {}) => ({
  event: 'purchase',
  sum: { of, atLeast, carry: true },
  ...more,
});

/** What each report did: completed, reverted, or where the rules stand. */
function course(outcomes: readonly Outcome[]): string {
  return outcomes
    .map(({ type, data }) => {
      if (type === 'behavior.completed') return 'completed';
      if (type === 'behavior.reverted') return 'reverted';
      return type === 'behavior.progressed' ? data.rules.map(({ have }) => have).join('/') : '';
    })
    .filter((each) => each !== '')
    .join(' ');
}

/** Lines with one unit count. After one of the two units of line 2 has come back, that counts too. */
const ALONE = { lines: { field: 'quantity', lte: 1 }, of: 'amount' };
const BASKET = { lines: [line('1', 1, 600), line('2', 2, 300)] };
const UNIT = { lines: [{ lineId: '2', quantity: 1 }] };
const FIRST = { lines: [{ lineId: '1', quantity: 1 }] };

type Row = readonly [
  sentence: string,
  behavior: object,
  reports: readonly (readonly [reported: Reported, course: string])[],
  more?: object,
];

const ROWS: readonly Row[] = [
  [
    'a purchase judged again after a return counts with what is left of it, also where that is more',
    { all: [carried(ALONE, 1000)] },
    [
      [buy('a', '2026-04-01', BASKET), '600'],
      [back('r', 'a', UNIT), '900'],
      [buy('b', '2026-04-21', { lines: [line('1', 1, 100)] }), 'completed'],
    ],
  ],
  [
    'a return never completes a behavior, also where the purchase then adds more',
    { all: [carried(ALONE, 700)] },
    [
      [buy('a', '2026-04-01', BASKET), '600'],
      [back('r', 'a', UNIT), '900'],
    ],
  ],
  [
    'what a purchase adds more goes to its excess where there is some',
    { all: [carried(ALONE, 500)] },
    [
      [buy('a', '2026-04-01', BASKET), 'completed'],
      [back('r', 'a', UNIT), '400'],
      [back('s', 'a', FIRST), 'reverted 300'],
    ],
  ],
  [
    'what a purchase adds more is spent where all of it was spent, and counts again with that',
    { all: [carried(ALONE, 600)] },
    [
      [buy('a', '2026-04-01', BASKET), 'completed'],
      [back('r', 'a', UNIT), ''],
      [back('s', 'a', FIRST), 'reverted 300'],
    ],
  ],
  [
    'excess that went with its window comes back before what was used',
    { all: [carried('amount', 400, { within: { sinceFirst: 'P5D' } })] },
    [
      [buy('a', '2026-04-01', 500), 'completed'],
      [buy('b', '2026-04-10', 100), '100'],
      [back('r', 'a', 100), ''],
      [back('s', 'a', 1), 'reverted 100'],
    ],
  ],
  [
    'what counts again in a window that has been closed since is dropped with it',
    { all: [carried('amount', 400, { within: { sinceFirst: 'P7D' } })] },
    [
      [buy('a', '2026-03-05', 200), '200'],
      [buy('b', '2026-03-06', 200), 'completed'],
      [buy('c', '2026-03-13', 200), '200'],
      [giveBack('r', '2026-03-13T13:00:00Z', 'b', 200), 'reverted 200'],
      [buy('d', '2026-03-14', 200), 'completed'],
      [arriving(buy('e', '2026-03-04', 200), '2026-03-14T13:00:00Z'), '200'],
    ],
  ],
  [
    'excess that was forgotten as too old comes back before what was used',
    { all: [carried('amount', 400, { within: { rolling: 'P5D' } })] },
    [
      [buy('a', '2026-03-01', 500), 'completed'],
      [buy('b', '2026-04-10', 100), '100'],
      [back('r', 'a', 100), ''],
      [back('s', 'a', 1), 'reverted 0'],
    ],
    { lateness: 'P5D' },
  ],
  [
    'so does excess that the event which completes next makes forgotten',
    { all: [carried('amount', 400, { within: { rolling: 'P5D' } })] },
    [
      [buy('a', '2026-03-01', 500), 'completed'],
      [buy('b', '2026-04-10', 400), 'completed'],
      [back('r', 'a', 100), ''],
      [back('s', 'a', 1), 'reverted 0'],
    ],
    { lateness: 'P5D' },
  ],
  [
    'excess that a limit dropped, which another event reached, comes back before what was used',
    { any: [carried('amount', 400), { event: 'survey' }] },
    [
      [buy('a', '2026-04-01', 500), 'completed'],
      [survey('x', '2026-04-02'), 'completed'],
      [back('r', 'a', 100), ''],
      [back('s', 'a', 1), 'reverted 399/0'],
    ],
  ],
];

for (const [sentence, behavior, reports, parts] of ROWS)
  t.test(`carry: ${sentence}`, (t) => {
    const limits = { perCustomer: 2 };
    const scenario = new Scenario(behaving(behavior, { onReturn: 'clawback', limits }, parts));
    for (const [reported, wanted] of reports) t.equal(course(scenario.report(reported)), wanted, reported.event.id);
    t.end();
  });

t.test('what was dropped is let go with the last completion that used the rest of it', (t) => {
  const rule = carried('amount', 400, { within: { sinceFirst: 'P5D' } });
  const scenario = new Scenario(behaving({ all: [rule] }, { onReturn: 'clawback' }));
  scenario.report(buy('a', '2026-04-01', 500));
  scenario.report(buy('b', '2026-04-10', 100));
  t.same(progressOf(scenario.state!, 'c')!.dropped, [['1', 'a', 100]]);
  scenario.report(back('r', 'a', 101));
  t.same(progressOf(scenario.state!, 'c')!.dropped, []);
  t.end();
});
