/** Audiences (PROGRAM: Audiences; "One event, in order"). */
import t from 'tap';
import type { Outcome } from '../outcome.js';
import { arriving, EARN, event, given, programOf, purchase } from './scenario.js';

const DAY = '2026-03-01T10:00:00Z';
const RFM = { window: 'P365D', recencyDays: [7, 30, 90, 180], frequency: [1, 3, 6, 12], monetary: [1, 2, 3, 4] };
const REGULARS = { id: 'regulars', where: { field: 'customer.rfm.frequency', gte: 2 } };
const RED = { id: 'red', where: { field: 'customer.attributes.color', eq: 'red' } };
const RICH = { id: 'rich', where: { field: 'customer.points.stars', gte: 10 } };

const campaign = (id: string, more: object) => ({
  id,
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase' }] },
  outcomes: [{ tag: { add: id } }],
  ...more,
});
function of(campaigns: object[] = [EARN], audiences: object[] = [REGULARS, RED, RICH]) {
  return programOf({ campaigns, audiences, rfm: RFM });
}
const moved = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap(({ type, data }) =>
    type === 'audience.entered' || type === 'audience.left' ? [`${type.slice(9)} ${data.audience}`] : [],
  );
const tagged = (outcomes: readonly Outcome[]) =>
  outcomes.flatMap((outcome) => (outcome.type === 'tag.added' ? [outcome.data.tag] : []));
const color = (id: string, time: string, value: string | null) =>
  event('profile.updated', id, time, { attributes: { color: value } });

t.test('membership follows the state at once, and is told', (t) => {
  const { scenario, outcomes } = given(of()).when(color('u', DAY, 'red'));
  t.same(moved(outcomes), ['entered red']);
  t.same(moved(scenario.report(color('u2', DAY, 'red'))), [], 'once');
  t.same(moved(scenario.report(purchase('p', DAY, 1000))), ['entered rich']);
  t.same(moved(scenario.report(purchase('p2', DAY, 100))), ['entered regulars']);
  t.same(scenario.profile().audiences, ['regulars', 'red', 'rich']);
  t.same(moved(scenario.report(color('u3', DAY, null))), ['left red']);
  t.same(scenario.state!.audiences, ['rich', 'regulars']);
  t.end();
});

t.test('audiences come after tiers and before what they trigger', (t) => {
  const welcome = campaign('welcome', {
    behavior: { all: [{ event: 'audience.entered', where: { field: 'data.audience', eq: 'rich' } }] },
  });
  const { outcomes } = given(of([EARN, welcome])).when(purchase('p', DAY, 1000));
  const order = outcomes.map(({ type }) => type).filter((type) => /^(points|audience|tag)/.test(type));
  t.same(order, ['points.earned', 'audience.entered', 'tag.added']);
  t.match(
    outcomes.find(({ type }) => type === 'audience.entered'),
    { cause: { eventId: 'p' }, time: Date.parse(DAY) },
  );
  t.end();
});

t.test('what triggered campaigns change moves audiences, too', (t) => {
  const audiences = [RICH, { id: 'tagged', where: { field: 'customer.tags', has: 'welcome' } }];
  const welcome = campaign('welcome', { behavior: { all: [{ event: 'audience.entered' }] } });
  const { outcomes } = given(of([EARN, welcome], audiences)).when(purchase('p', DAY, 1000));
  t.same(moved(outcomes), ['entered rich', 'entered tagged']);
  t.end();
});

t.test('target: {audience} is its condition, as before this event’s outcomes', (t) => {
  const { scenario, outcomes } = given(of([EARN, campaign('c', { target: { audience: 'rich' } })])).when(
    purchase('p', DAY, 1000),
  );
  t.same(tagged(outcomes), [], 'the event that makes rich is judged before');
  t.same(tagged(scenario.report(purchase('p2', DAY, 100))), ['c']);
  t.end();
});

t.test('a target sees the event not yet in RFM', (t) => {
  const { scenario } = given(of([campaign('c', { target: { audience: 'regulars' } })]), purchase('p', DAY, 100));
  t.same(tagged(scenario.report(purchase('p2', DAY, 100))), []);
  t.same(tagged(scenario.report(purchase('p3', DAY, 100))), ['c']);
  t.end();
});

t.test('conditions see customer.audiences as they stand then, also what time alone changed', (t) => {
  const recent = { id: 'recent', where: { field: 'customer.rfm.recencyDays', lte: 7 } };
  const rule = { event: 'tag.added', where: { field: 'customer.audiences', has: 'recent' } };
  const { scenario } = given(of([campaign('c', { behavior: { all: [rule] } })], [recent]), purchase('p', DAY, 100));
  t.same(scenario.state!.audiences, ['recent']);
  t.same(tagged(scenario.report(event('tag.added', 'a', '2026-03-05T10:00:00Z', { tag: 'x' }))), ['x', 'c']);
  const late = scenario.report(event('tag.added', 'b', '2026-03-20T10:00:00Z', { tag: 'y' }));
  t.same(tagged(late), ['y']);
  t.same(moved(late), ['left recent'], 'told with the next that moves the profile');
  t.same(scenario.profile(Date.parse('2026-03-20T10:00:00Z')).audiences, []);
  t.end();
});

t.test('what falls due moves audiences at its own time', (t) => {
  const tagged = { id: 'tagged', where: { field: 'customer.tags', has: 'x' } };
  const { scenario } = given(of([], [tagged]), event('tag.added', 'a', DAY, { tag: 'x', for: 'P1D' }));
  const outcomes = scenario.time('2026-03-05T00:00:00Z');
  t.match(
    outcomes.find(({ type }) => type === 'audience.left'),
    { time: Date.parse('2026-03-02T10:00:00Z'), cause: {}, data: { audience: 'tagged' } },
  );
  t.end();
});

t.test('an event too late moves audiences by what it says of itself', (t) => {
  const late = arriving(color('u', '2026-01-01T00:00:00Z', 'red'), DAY);
  t.same(moved(given(of()).when(late).outcomes), ['entered red']);
  t.end();
});

t.test('an audience that the program no longer has is left', (t) => {
  const { scenario } = given(of(), color('u', DAY, 'red'));
  scenario.program = of([EARN], [RICH]);
  t.same(moved(scenario.report(purchase('p', DAY, 100))), ['left red']);
  t.end();
});
