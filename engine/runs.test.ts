/** The fold of runs: since when a schedule stands, one run at a time, and rows that outlive their campaign. */
import t from 'tap';
import type { ProgramDocument } from '../actors/program/document.js';
import { Runs, type SendRow } from './runs.js';

function document(...campaigns: readonly object[]): ProgramDocument {
  return { program: 'x', currency: 'USD', timeZone: 'UTC', campaigns } as unknown as ProgramDocument;
}

const DAILY = { id: 'a', kind: 'promotion', outcomes: [], schedule: { every: '0 9 * * *' } };
const WEEKLY = { ...DAILY, schedule: { every: '0 9 * * MON' } };
const BEHAVIOR = { id: 'b', kind: 'promotion', outcomes: [], behavior: { all: [{ event: 'purchase' }] } };

/** A fold, and what it said was changed. */
function folded(): { runs: Runs; changed: [string, SendRow][] } {
  const changed: [string, SendRow][] = [];
  return { runs: new Runs((campaignId, row) => changed.push([campaignId, row])), changed };
}

t.test('a schedule stands since the version that brought it', async (t) => {
  const { runs, changed } = folded();
  runs.published(document(DAILY, BEHAVIOR), 10);
  t.match(runs.of('a'), { since: 10, lastAt: null, run: null });
  t.equal(runs.of('b'), undefined, 'a campaign with a behavior has none');
  runs.published(document({ ...DAILY, outcomes: [{ tag: { add: 'x' } }] }), 20);
  t.equal(runs.of('a')!.since, 10, 'other outcomes at the same times');
  t.equal(changed.length, 1);
  runs.published(document(WEEKLY), 30);
  t.equal(runs.of('a')!.since, 30, 'other times');
  runs.published(document(), 40);
  t.equal(runs.of('a')!.signature, null, 'gone');
  runs.published(document(), 45);
  t.equal(changed.length, 3, 'and said once');
  runs.published(document(WEEKLY), 50);
  t.equal(runs.of('a')!.since, 50, 'back: what was missed meanwhile is not made up');
});

t.test('a run opens, moves and ends; its instant is remembered also when the campaign goes', async (t) => {
  const { runs } = folded();
  runs.published(document(DAILY), 10);
  runs.opened({ kind: 'runOpened', campaignId: 'a', at: 15 }, 4_096);
  t.same(runs.underWay(), [['a', { number: 4_096, at: 15, cursor: '', reached: 0, passedOver: 0 }]]);
  const moved = {
    kind: 'runMoved',
    campaignId: 'a',
    run: 4_096,
    cursor: 'm',
    reached: 7,
    passedOver: 1,
    ended: false,
  } as const;
  runs.moved(moved);
  t.match(runs.underWay(), [['a', { cursor: 'm', reached: 7, passedOver: 1 }]]);
  runs.moved({ ...moved, run: 8_192, cursor: 'z' });
  t.match(runs.of('a')!.run, { cursor: 'm' }, 'of another run: nothing');
  runs.published(document(), 20);
  t.equal(runs.underWay().length, 1, 'whoever walks it ends it');
  runs.moved({ ...moved, ended: true });
  t.same(runs.underWay(), []);
  t.match(runs.of('a'), { lastAt: 15, run: null });
  runs.published(document(DAILY), 30);
  t.match(runs.of('a'), { lastAt: 15, since: 30 });
});

t.test('replaying what a row has already comes to the same row', async (t) => {
  const entries: ((runs: Runs) => void)[] = [
    (runs) => runs.published(document(DAILY), 10),
    (runs) => runs.opened({ kind: 'runOpened', campaignId: 'a', at: 15 }, 4_096),
    (runs) =>
      runs.moved({
        kind: 'runMoved',
        campaignId: 'a',
        run: 4_096,
        cursor: 'm',
        reached: 7,
        passedOver: 1,
        ended: false,
      }),
    (runs) => runs.published(document(WEEKLY), 20),
    (runs) =>
      runs.moved({
        kind: 'runMoved',
        campaignId: 'a',
        run: 4_096,
        cursor: 'z',
        reached: 9,
        passedOver: 1,
        ended: true,
      }),
    (runs) => runs.opened({ kind: 'runOpened', campaignId: 'a', at: 25 }, 8_192),
    (runs) => runs.published(document(), 30),
    (runs) =>
      runs.moved({ kind: 'runMoved', campaignId: 'a', run: 8_192, cursor: '', reached: 0, passedOver: 0, ended: true }),
    (runs) => runs.published(document(DAILY), 40),
  ];
  const { runs: whole } = folded();
  for (const entry of entries) entry(whole);
  for (let from = 0; from < entries.length; from++) {
    const { runs } = folded();
    runs.load('a', whole.of('a')!);
    for (const entry of entries.slice(from)) entry(runs);
    t.same(runs.of('a'), whole.of('a'), `from entry ${from} on`);
    t.same(runs.underWay(), whole.underWay());
  }
});

t.test('runs under way stand in the order of their opening', async (t) => {
  const { runs } = folded();
  runs.published(document(DAILY, { ...DAILY, id: 'c' }), 10);
  runs.opened({ kind: 'runOpened', campaignId: 'c', at: 15 }, 4_096);
  runs.opened({ kind: 'runOpened', campaignId: 'a', at: 15 }, 4_097);
  t.same(
    runs.underWay().map(([campaignId]) => campaignId),
    ['c', 'a'],
  );
});
