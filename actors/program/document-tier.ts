/** Tier systems as a program writes them (PROGRAM: Tiers). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { BehaviorSchema, OutcomeSchema } from './document-campaign.js';
import { Calendar } from './document-points.js';
import { closed, count, decimal, duration, flag, id, key, list, name, oneOf } from './fields.js';

const LevelSchema = closed(
  {
    id: key('Name of the level.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    atLeast: count(
      'Reached with this much of the basis in one window; the first level is at 0.',
      0,
      Number.MAX_SAFE_INTEGER,
    ),
    multiplier: Type.Optional(
      decimal('Factor on points of a rate with multiply: tier, while the level is held.', 0, limits.multiplierMax, 1),
    ),
    sticky: Type.Optional(flag('Kept for ever once reached.', false)),
    onEntry: Type.Optional(
      list(
        OutcomeSchema,
        'What a rise to the level, or past it, gives: once in a window. The first level’s is given at the first event.',
        limits.outcomesPerCampaignMax,
      ),
    ),
  },
  'A level of a tier.',
);
export type LevelDocument = Type.Static<typeof LevelSchema>;

const Basis = Type.Union(
  [
    closed({ points: id('Account whose earned points count.') }, 'Points earned in the window, less what is reversed.'),
    closed({ spend: Type.Literal(true, { description: 'Net spend.' }) }, 'Net spend in the window, minor units.'),
    closed({ count: oneOf(['purchase'], 'Purchases whose units have not all come back.') }, 'Number of purchases.'),
    closed({ behavior: BehaviorSchema }, 'Completions of a behavior; one that falls by a return counts no more.'),
  ],
  {
    description:
      'What lifts a customer: {points: account}, {spend: true}, {count: purchase} or {behavior: <behavior>}.',
  },
);

const Window = Type.Union(
  [
    Calendar,
    closed({ rolling: duration('The span (t − d, t].', 'P12M') }, 'A span that ends at what adds to the basis.'),
  ],
  {
    description:
      'The span the basis is summed over. {calendar: year}: a level reached is kept to the end of the next unit. {rolling: P12M}: kept for that span from the last event that left the sum at the level or above.',
  },
);

export const TierSchema = closed(
  {
    id: key('How conditions and rates name the tier system.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    basis: Basis,
    window: Window,
    upgrade: Type.Optional(
      oneOf(
        ['immediate', 'windowEnd'],
        'When a level that is reached is given: immediate (default), or windowEnd: with the last second of the calendar window.',
      ),
    ),
    downgrade: Type.Optional(
      closed(
        {
          how: oneOf(
            ['full', 'oneDown', 'none'],
            'full: to the highest level still held. oneDown: one level, kept one more window. none: never.',
          ),
          grace: Type.Optional(duration('How much longer than its until a level is held.')),
        },
        'What happens when a level’s until has passed. Default: {how: full}.',
      ),
    ),
    onReturn: Type.Optional(
      oneOf(
        ['keep', 'revoke'],
        `keep (default): a return takes no level back. revoke: a return that names its purchase takes back a level whose sum it breaks (of each customer the ${limits.tierReasonsMax} windows that hold levels longest are remembered).`,
      ),
    ),
    levels: list(LevelSchema, 'Lowest first, the first at 0.', limits.programLevelsMax, 1),
  },
  'A tier system.',
);
export type TierDocument = Type.Static<typeof TierSchema>;
