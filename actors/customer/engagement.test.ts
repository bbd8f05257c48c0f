import t from 'tap';
import { event, given, programOf } from './scenario.js';

const BONUS = { id: 'bonus', kind: 'promotion', outcomes: [{ points: { account: 'stars', fixed: 5 } }] };
const TIME = '2026-05-04T10:00:00Z';

t.test('a campaign counts any engagement, with conditions on its data', (t) => {
  const rows: [type: string, data: object, other: object][] = [
    ['message.opened', { messageId: 'm1' }, { messageId: 'm2' }],
    ['message.dismissed', { messageId: 'm1' }, { messageId: 'm2' }],
    ['execution.viewed', { messageId: 'm1' }, { messageId: 'm2' }],
    ['video.watched', { messageId: 'm1', seconds: 30, completed: true }, { seconds: 30, completed: true }],
  ];
  for (const [type, data, other] of rows) {
    const where = { field: 'data.messageId', eq: 'm1' };
    const program = programOf({ campaigns: [{ ...BONUS, behavior: { all: [{ event: type, where, times: 2 }] } }] });
    const scenario = given(program, event(type, '1', TIME, data), event(type, '2', TIME, other));
    scenario.when(event(type, '3', TIME, data)).gives(t, [
      ['behavior.completed', { campaignId: 'bonus', completions: 1 }],
      ['points.earned', { points: 5 }],
    ]);
  }
  t.end();
});

t.test('an app opened on three days in a week completes', (t) => {
  const rule = { event: 'app.opened', distinct: { of: 'day', atLeast: 3 }, within: { calendar: 'week' } };
  const program = programOf({ campaigns: [{ ...BONUS, behavior: { all: [rule] } }] });
  given(
    program,
    event('app.opened', '1', '2026-05-04T10:00:00Z', {}),
    event('app.opened', '2', '2026-05-04T18:00:00Z', {}),
    event('app.opened', '3', '2026-05-05T10:00:00Z', {}),
  )
    .when(event('app.opened', '4', '2026-05-10T23:59:59Z', {}))
    .gives(t, [
      ['behavior.completed', { campaignId: 'bonus' }],
      ['points.earned', { points: 5 }],
    ]);
  t.end();
});

t.test('engagement that arrives too late is ignored: no campaign judges it and it says nothing of itself', (t) => {
  for (const type of ['app.opened', 'message.opened', 'message.dismissed', 'execution.viewed', 'video.watched']) {
    const late = { ...event(type, '1', '2026-01-01T00:00:00Z', { messageId: 'm' }), stamp: Date.parse(TIME) };
    given(programOf())
      .when(late)
      .gives(t, [['event.ignored', { reason: 'too_late' }]]);
  }
  t.end();
});
