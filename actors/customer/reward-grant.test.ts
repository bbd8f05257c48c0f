import t from 'tap';
import { EARN, event, giveBack, given, programOf, purchase } from './scenario.js';

const rewards = [
  {
    id: 'mug',
    price: { account: 'stars', points: 50 },
    perCustomer: 1,
    where: { field: 'customer.tags', has: 'vip' },
    gives: { offer: 'free-mug' },
  },
  { id: 'thanks', price: { account: 'stars', points: 50 } },
];
const offers = [{ id: 'free-mug', kind: 'physical' }];
const three = {
  id: 'three',
  kind: 'promotion',
  behavior: { all: [{ event: 'purchase', times: 2 }] },
  outcomes: [{ reward: 'mug' }, { reward: 'thanks' }],
};

t.test('a campaign gives a reward, whatever it costs and whoever may buy it, with its offer', async (t) => {
  const program = programOf({ rewards, offers, campaigns: [three] });
  given(program, purchase('p', '2026-03-01T10:00:00Z', 100))
    .when(purchase('q', '2026-03-02T10:00:00Z', 100))
    .gives(t, [
      ['behavior.completed', {}],
      ['reward.granted', { rewardId: 'mug', grantId: '0-2-1' }],
      ['offer.issued', { offerId: 'free-mug', purchaseId: undefined }],
      ['reward.granted', { rewardId: 'thanks' }],
    ]);
});

t.test('a clawback takes back the offer of a reward given', async (t) => {
  const program = programOf({ rewards, offers, campaigns: [{ ...three, onReturn: 'clawback' }] });
  const { scenario } = given(
    program,
    purchase('p', '2026-03-01T10:00:00Z', 100),
    purchase('q', '2026-03-02T10:00:00Z', 100),
    giveBack('r', '2026-03-03T10:00:00Z', 'p', 100),
  );
  t.same(scenario.state!.offers, []);
});

t.test('a level may give a reward on entry', async (t) => {
  const levels = [
    { id: 'low', atLeast: 0 },
    { id: 'high', atLeast: 5, onEntry: [{ reward: 'mug' }] },
  ];
  const tiers = [{ id: 'main', basis: { points: 'stars' }, window: { calendar: 'year' }, levels }];
  const { outcomes } = given(programOf({ rewards, offers, tiers, campaigns: [EARN] })).when(
    purchase('p', '2026-03-01T10:00:00Z', 500),
  );
  t.match(
    outcomes.filter(({ type }) => type === 'reward.granted'),
    [{ data: { rewardId: 'mug' }, cause: { eventId: 'p', tier: { system: 'main', level: 'high' } } }],
  );
});

t.test('campaigns may count rewards given', async (t) => {
  const counts = {
    id: 'counts',
    kind: 'promotion',
    behavior: { all: [{ event: 'reward.granted', where: { field: 'data.rewardId', eq: 'mug' } }] },
    outcomes: [{ tag: { add: 'lucky' } }],
  };
  const { scenario } = given(
    programOf({ rewards, offers, campaigns: [{ ...three, behavior: { all: [{ event: 'tag.added' }] } }, counts] }),
    event('tag.added', 'x', '2026-03-01T10:00:00Z', { tag: 'x' }),
  );
  t.same(
    scenario.state!.tags.map(({ tag }) => tag),
    ['x', 'lucky'],
  );
});
