/** A spend undone: lots by inactivity are refilled with their own end (PROGRAM: Points, "Spending"). */
import t from 'tap';
import { accountOf } from './account-state.js';
import { arriving, EARN, event, given, programOf, purchase, type Reported, type Scenario } from './scenario.js';

const at = (text: string) => Date.parse(text);
const withExpiry = (expiry: object, more: object = {}) =>
  programOf({
    points: { accounts: [{ id: 'stars', expiry }] },
    campaigns: [EARN],
    rewards: [{ id: 'mug', price: { account: 'stars', points: 50 } }],
    ...more,
  });
const buy = (id: string, time: string): Reported => event('reward.purchased', id, time, { rewardId: 'mug' });
const refund = (id: string, time: string, purchaseId: string): Reported =>
  event('reward.refunded', id, time, { purchaseId });
const stars = (scenario: Scenario) => accountOf(scenario.state!, 'stars')!;

t.test('a lot by inactivity comes back with the end it would have had', async (t) => {
  const expiry = { kind: 'inactivity', after: 'P10D', events: ['purchase'] };
  const bought = [purchase('p', '2026-03-01T10:00:00Z', 5000), buy('b', '2026-03-03T10:00:00Z')];
  const alive = given(withExpiry(expiry), ...bought, purchase('q', '2026-03-09T10:00:00Z', 100)).scenario;
  alive.report(refund('r', '2026-03-15T10:00:00Z', '0-2-0'));
  t.match(stars(alive), { active: 51, lots: [{ left: 50, expiresAt: at('2026-03-19T10:00:00Z') }, { left: 1 }] });
  const gone = given(withExpiry(expiry), ...bought, purchase('q', '2026-03-12T10:00:00Z', 100)).scenario;
  gone.report(refund('r', '2026-03-15T10:00:00Z', '0-2-0'));
  t.match(stars(gone), { active: 1, expired: 50 }, 'it would have expired on the 11th, before that purchase');
});

t.test('a lot by inactivity comes back ended where an event came too late to prolong it', async (t) => {
  const expiry = { kind: 'inactivity', after: 'P10D', events: ['purchase'] };
  const { scenario } = given(
    withExpiry(expiry),
    purchase('p', '2026-03-01T10:00:00Z', 5000),
    buy('b', '2026-03-03T10:00:00Z'),
    arriving(purchase('q', '2026-03-10T10:00:00Z', 100), '2026-03-11T10:00:01Z'),
  );
  scenario.report(refund('r', '2026-03-15T10:00:00Z', '0-2-0'));
  t.match(stars(scenario), { active: 1, expired: 50 }, 'it had ended a second before');
});

t.test(
  'a lot by inactivity comes back with its own end: an event before it, which by months lasts longer, is not its',
  async (t) => {
    const expiry = { kind: 'inactivity', after: 'P1M', events: ['survey'] };
    const { scenario } = given(
      withExpiry(expiry, { events: [{ type: 'survey' }] }),
      event('survey', 's', '2026-01-28T20:00:00Z', {}),
      purchase('p', '2026-01-29T10:00:00Z', 5000),
      buy('b', '2026-02-01T10:00:00Z'),
      refund('r', '2026-02-02T10:00:00Z', '0-3-0'),
    );
    t.match(stars(scenario), { lots: [{ left: 50, expiresAt: at('2026-02-28T10:00:00Z') }] });
  },
);
