import { Packr } from 'msgpackr';
import t from 'tap';
import { fromRow, toRow } from './row.js';
import { EARN, event, given, programOf, purchase } from './scenario.js';

t.test('a row of a newer version is refused with what to do', (t) => {
  const { scenario } = given(programOf(), purchase('p', '2026-03-01T10:00:00Z', 1));
  const [, ...rest] = toRow(scenario.state!);
  t.throws(() => fromRow([99, ...rest]), /version 99, this build reads 2 and older: start the version that wrote it/);
  t.end();
});

t.test('a row of version 1 opens: it knows of no dropped excess', (t) => {
  const rules = [{ event: 'purchase', sum: { of: 'amount', atLeast: 400, carry: true } }];
  const campaign = { id: 'c', kind: 'promotion', behavior: { all: rules }, outcomes: [{ tag: { add: 'x' } }] };
  const program = programOf({ campaigns: [{ ...campaign, onReturn: 'clawback' }] });
  const { scenario } = given(program, purchase('p', '2026-03-01T10:00:00Z', 500));
  const [, ...rest] = toRow(scenario.state!);
  const behaviors = (rest[13] as unknown[][]).map((progress) => progress.slice(0, 7));
  t.same(fromRow([1, ...rest.with(13, behaviors)]), scenario.state!);
  t.end();
});

t.test('a row of version 1 opens: what was spent of lots by inactivity has the end it would have had', (t) => {
  const expiry = { kind: 'inactivity', after: 'P10D', events: ['purchase'] };
  const program = programOf({
    points: { accounts: [{ id: 'stars', expiry }] },
    campaigns: [EARN],
    rewards: [{ id: 'mug', price: { account: 'stars', points: 50 } }],
  });
  const { scenario } = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    event('reward.purchased', 'b', '2026-03-03T10:00:00Z', { rewardId: 'mug' }),
    purchase('q', '2026-03-09T10:00:00Z', 100),
  );
  const { accounts, rewardPurchases } = scenario.state!;
  const row = toRow(scenario.state!).slice();
  const then = rewardPurchases[0]!.lots.map(([id, points, earnedAt, , idle]) => [
    id,
    points,
    earnedAt,
    Date.parse('2026-03-11T10:00:00Z'),
    idle,
  ]);
  row[0] = 1;
  const { key, at, ends } = accounts[0]!.idle[0]!;
  row[12] = [(row[12] as unknown[][])[0]!.with(14, [key, at, ends, Date.parse('2026-03-01T10:00:00Z')])];
  row[21] = [(row[21] as unknown[][])[0]!.with(6, then.flat())];
  t.same(fromRow(row), scenario.state!);
  // What would have ended before the last unbroken run of such events has ended.
  row[12] = [(row[12] as unknown[][])[0]!.with(14, [key, at, ends, Date.parse('2026-03-12T10:00:00Z')])];
  t.same(fromRow(row).rewardPurchases[0]!.lots, then);
  t.end();
});

t.test('a row of version 1 opens: reasons to hold a level have no window', (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 10 },
  ];
  const tiers = [{ id: 'main', basis: { spend: true }, window: { calendar: 'year' }, onReturn: 'revoke', levels }];
  const { scenario } = given(programOf({ tiers }), purchase('p', '2026-03-01T10:00:00Z', 10));
  const state = scenario.state!;
  const row = toRow(state).slice();
  const { level, until, ends, by, from, under, window } = state.tiers[0]!.untils[0]!;
  t.same(window, [Date.parse('2026-01-01T00:00:00Z'), Date.parse('2027-01-01T00:00:00Z')]);
  row[0] = 1;
  row[13] = [(row[13] as unknown[][])[0]!.with(4, [level, until, ends, by, from, under])];
  const untils = [{ level, until, ends, by, from, under, window: null }];
  t.same(fromRow(row), { ...state, tiers: [{ ...state.tiers[0]!, untils }] });
  t.end();
});

t.test('the row of a customer with five purchases is small', (t) => {
  const { scenario } = given(
    programOf({ campaigns: [EARN] }),
    ...[1, 2, 3, 4, 5].map((day) => purchase(`p${day}`, `2026-03-0${day}T10:00:00Z`, 1000)),
  );
  const bytes = new Packr({ useRecords: false }).pack(toRow(scenario.state!)).length;
  t.ok(bytes < 350, `${bytes} bytes`);
  t.end();
});
