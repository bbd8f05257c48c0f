import t from 'tap';
import { isPublic, type Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import { arriving, given, programOf, purchase, type Scenario } from './scenario.js';
import { moveLevel, undoMove } from './tier-move.js';
import type { Working } from './working.js';

const LEVELS = [
  { id: 'member', atLeast: 0 },
  { id: 'silver', atLeast: 1000, onEntry: [{ tag: { add: 'silver' } }] },
  { id: 'gold', atLeast: 3000, onEntry: [{ tag: { add: 'gold' } }] },
];
const tiersOf = (more: object = {}) =>
  programOf({ tiers: [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, levels: LEVELS, ...more }] });
const at = (text: string) => Date.parse(text);
const CAUSE = { eventId: 'e', campaignId: 'c' };

function within(scenario: Scenario, time: string, step: (working: Working, time: number) => void): readonly Outcome[] {
  return scenario.within(time, (working) => step(working, at(time))).filter(isPublic);
}

const move = (scenario: Scenario, program: Program, time: string, level: string, mark: string | null = null) =>
  within(scenario, time, (working, now) => {
    moveLevel(working, program, 'main', level, now, now - 1, 'UTC', CAUSE, mark);
  });
const undo = (scenario: Scenario, program: Program, time: string, mark: string) =>
  within(scenario, time, (working, now) => {
    undoMove(working, program, 'main', now, now - 1, 'UTC', CAUSE, mark);
  });
const main = (scenario: Scenario) => (scenario.profile().tiers as Record<string, unknown>).main;
const told = (outcomes: readonly Outcome[]) =>
  outcomes.map((outcome) => {
    if (outcome.type === 'tier.changed') return `${outcome.data.from} > ${outcome.data.to} (${outcome.data.reason})`;
    return outcome.type === 'tag.added' ? `tag ${outcome.data.tag}` : outcome.type;
  });

t.test('a move up is held as a level reached is, and gives onEntry of each level passed', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 10));
  t.same(told(move(scenario, program, '2026-03-02T10:00:00Z', 'gold')), [
    'member > gold (moved)',
    'tag silver',
    'tag gold',
  ]);
  t.match(main(scenario), { level: 'gold', since: '2026-03-02T10:00:00Z', until: '2027-12-31T23:59:59Z', have: 10 });
  t.match(scenario.time('2028-01-01T00:00:00Z').at(-1)!.data, { from: 'gold', to: 'member' });
  t.end();
});

t.test('rolling: a move is held for the span', (t) => {
  const program = tiersOf({ window: { rolling: 'P10D' } });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 10));
  move(scenario, program, '2026-03-02T10:00:00Z', 'silver');
  t.match(main(scenario), { level: 'silver', until: '2026-03-12T10:00:00Z' });
  t.end();
});

t.test('a move with upgrade windowEnd is made at once', (t) => {
  const program = tiersOf({ upgrade: 'windowEnd' });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 10));
  move(scenario, program, '2026-03-02T10:00:00Z', 'silver');
  t.match(main(scenario), { level: 'silver' });
  t.end();
});

t.test('a move down takes away what holds the levels above, until they are reached again; it gives nothing', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 3000));
  t.same(told(move(scenario, program, '2026-03-02T10:00:00Z', 'silver')), ['gold > silver (moved)']);
  t.match(main(scenario), { level: 'silver' });
  t.same(scenario.report(purchase('r', '2026-03-03T10:00:00Z', 0)).filter(isPublic), []);
  scenario.report(purchase('q', '2026-03-04T10:00:00Z', 1));
  t.match(main(scenario), { level: 'gold' });
  t.same(told(move(scenario, program, '2026-03-05T10:00:00Z', 'member')), ['gold > member (moved)']);
  t.match(main(scenario), { level: 'member', until: null });
  t.end();
});

t.test('a move to the level that is held only renews it', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000));
  t.same(move(scenario, program, '2027-03-02T10:00:00Z', 'silver'), []);
  t.match(main(scenario), { level: 'silver', since: '2026-03-01T10:00:00Z', until: '2028-12-31T23:59:59Z' });
  t.end();
});

t.test('a move undone leaves the highest level held otherwise, and takes no entry back', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 1000));
  move(scenario, program, '2026-03-02T10:00:00Z', 'gold', 'one');
  t.same(told(undo(scenario, program, '2026-03-03T10:00:00Z', 'one')), ['gold > silver (undone)']);
  t.match(scenario.profile(), { tags: [{ tag: 'silver' }, { tag: 'gold' }], tiers: { main: { level: 'silver' } } });
  t.same(undo(scenario, program, '2026-03-04T10:00:00Z', 'one'), [], 'once');
  t.end();
});

t.test('a level stays while another move, or its sum, holds it', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 10));
  move(scenario, program, '2026-03-02T10:00:00Z', 'gold', 'one');
  move(scenario, program, '2026-03-02T11:00:00Z', 'gold', 'two');
  t.same(undo(scenario, program, '2026-03-03T10:00:00Z', 'one'), []);
  scenario.report(purchase('q', '2026-03-04T10:00:00Z', 2990));
  t.same(undo(scenario, program, '2026-03-05T10:00:00Z', 'two'), []);
  t.match(main(scenario), { level: 'gold' });
  t.end();
});

t.test('a move down that is undone gives back what it took, as far as its time has not passed', (t) => {
  const program = tiersOf();
  const bought = purchase('p', '2026-03-01T10:00:00Z', 3000);
  const { scenario } = given(program, bought);
  move(scenario, program, '2026-03-02T10:00:00Z', 'member', 'one');
  t.same(told(undo(scenario, program, '2026-03-03T10:00:00Z', 'one')), ['member > gold (undone)']);
  t.match(main(scenario), { level: 'gold', until: '2027-12-31T23:59:59Z' });
  const later = given(program, bought).scenario;
  move(later, program, '2026-03-02T10:00:00Z', 'member', 'one');
  t.same(undo(later, program, '2028-03-03T10:00:00Z', 'one'), []);
  t.end();
});

t.test('it gives that back too where the level was reached anew meanwhile', (t) => {
  const program = tiersOf();
  const { scenario } = given(program, purchase('p', '2026-01-05T10:00:00Z', 3000));
  move(scenario, program, '2026-01-06T10:00:00Z', 'member', 'one');
  const late = arriving(purchase('q', '2025-12-30T10:00:00Z', 3000), '2026-01-07T10:00:00Z');
  t.same(told(scenario.report(late).filter(isPublic)), ['member > gold (reached)']);
  t.match(main(scenario), { level: 'gold', until: '2026-12-31T23:59:59Z' });
  t.same(undo(scenario, program, '2026-01-08T10:00:00Z', 'one'), []);
  t.match(main(scenario), { level: 'gold', until: '2027-12-31T23:59:59Z' });
  t.end();
});

t.test('a move at the first event is made from the lowest level', (t) => {
  const program = tiersOf();
  const { scenario } = given(programOf(), purchase('p', '2026-03-01T10:00:00Z', 10));
  t.same(told(move(scenario, program, '2026-03-02T10:00:00Z', 'silver')), [
    'null > member (reached)',
    'member > silver (moved)',
    'tag silver',
  ]);
  t.end();
});

t.test('of a system or level that the program does not have nothing moves', (t) => {
  const { scenario } = given(tiersOf(), purchase('p', '2026-03-01T10:00:00Z', 10));
  t.same(move(scenario, tiersOf(), '2026-03-02T10:00:00Z', 'diamond'), []);
  t.same(move(scenario, programOf(), '2026-03-02T10:00:00Z', 'gold'), []);
  t.end();
});
