/** Accounts and tiers as a program writes them (PROGRAM: Points, Tiers). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { closed, count, decimal, duration, flag, id, key, list, name, notYetTrue, oneOf, points } from './fields.js';

const unit = oneOf(
  ['day', 'week', 'month', 'quarter', 'year'],
  'Calendar unit in the customer’s zone; weeks begin Monday.',
);

export const Calendar = closed({ calendar: unit }, 'A calendar unit, from its start to the next start.');

const rolling = closed(
  {
    kind: oneOf(['rolling'], 'Since earned.'),
    after: duration('How long a lot lasts.', 'P12M'),
    roundUpTo: Type.Optional(oneOf(['month', 'quarter', 'year'], 'Lasts to 23:59:59 of the last day of that unit.')),
  },
  'Each lot expires this long after it was earned.',
);

export const ExpirySchema = Type.Union(
  [oneOf(['none'], 'Never.'), closed({ kind: oneOf(['none'], 'Never.') }, 'Never expires.'), rolling],
  {
    description: 'When points expire: none (default) or rolling.',
    'x-not-yet-kinds': {
      fixed: 'Expiry on fixed dates is not supported yet; meanwhile use {kind: rolling, after: P12M, roundUpTo: year}.',
      inactivity: 'Expiry by inactivity is not supported yet; meanwhile use {kind: rolling, after: …}.',
    },
  },
);
export type ExpiryDocument = Type.Static<typeof ExpirySchema>;

const Activation = Type.Union(
  [oneOf(['immediate'], 'At once.'), closed({ kind: oneOf(['immediate'], 'At once.') }, 'Active at once.')],
  {
    description: 'When points become active: immediate (default).',
    'x-not-yet-kinds': {
      after: 'Activation after a time is not supported yet; meanwhile use {kind: immediate}.',
      on: 'Activation on an event is not supported yet; meanwhile use {kind: immediate} and a campaign on that event.',
    },
  },
);

export const AccountSchema = closed(
  {
    id: key('How campaigns, tiers and conditions name the account.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    spendable: Type.Optional(flag('Whether points of it can be spent.', true)),
    activation: Type.Optional(Activation),
    expiry: Type.Optional(ExpirySchema),
    negative: Type.Optional(
      oneOf(
        ['allow', 'clamp'],
        'A reversal that finds too few points: allow (default) leaves a debt, clamp stops at zero.',
      ),
    ),
  },
  'An account of points.',
  {
    notYet: {
      caps: 'Caps are not supported yet; meanwhile use limits: {perCustomer, per} of the campaigns that earn.',
    },
  },
);
export type AccountDocument = Type.Static<typeof AccountSchema>;

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
    sticky: Type.Optional(
      notYetTrue(
        'Kept for ever once reached.',
        'Sticky levels are not supported yet; meanwhile leave it out: a level lasts to the end of the next window.',
      ),
    ),
  },
  'A level of a tier.',
  {
    notYet: {
      onEntry: 'Outcomes on entry are not supported yet; meanwhile watch tier.changed in the outcomes.',
    },
  },
);
export type LevelDocument = Type.Static<typeof LevelSchema>;

const Basis = Type.Union(
  [
    closed({ points: id('Account whose earned points count.') }, 'Points earned in the window, less what is reversed.'),
    closed({ spend: Type.Literal(true, { description: 'Net spend.' }) }, 'Net spend in the window, minor units.'),
    closed({ count: oneOf(['purchase'], 'Purchases whose units have not all come back.') }, 'Number of purchases.'),
  ],
  {
    description: 'What lifts a customer: {points: account}, {spend: true} or {count: purchase}.',
    'x-not-yet': {
      behavior:
        'A behavior as the basis is not supported yet; meanwhile give points of an account of its own and use {points: account}.',
    },
  },
);

export const TierSchema = closed(
  {
    id: key('How conditions and rates name the tier system.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    basis: Basis,
    window: closed({ calendar: unit }, 'The span the basis is summed over.', {
      notYet: { rolling: 'Rolling tier windows are not supported yet; meanwhile use {calendar: year}.' },
    }),
    upgrade: Type.Optional(
      oneOf(['immediate'], 'When a level is reached: immediate (default).', {
        windowEnd: 'An upgrade at the end of the window is not supported yet; meanwhile use immediate.',
      }),
    ),
    downgrade: Type.Optional(
      closed(
        {
          how: oneOf(['full'], 'full: falls to the highest level still held.', {
            oneDown: 'Falling one level at a time is not supported yet; meanwhile use full.',
            none: 'Keeping levels for ever is not supported yet; meanwhile use full with {calendar: year}.',
          }),
        },
        'What happens when a level’s until has passed. Default: {how: full}.',
        {
          notYet: {
            grace: 'Grace is not supported yet; meanwhile leave it out: a level lasts to the end of the next window.',
          },
        },
      ),
    ),
    onReturn: Type.Optional(
      oneOf(['keep'], 'keep (default): a return takes no level back.', {
        revoke: 'Revoking a level by a return is not supported yet; meanwhile use keep.',
      }),
    ),
    levels: list(LevelSchema, 'Lowest first, the first at 0.', limits.programLevelsMax, 1),
  },
  'A tier system.',
);
export type TierDocument = Type.Static<typeof TierSchema>;

/** A rate: `points` for every `per` of what it is taken of. */
export const rateFields = {
  points: points('Points for every `per`.'),
  per: count('For every so many minor units (or units).', 1, Number.MAX_SAFE_INTEGER),
};
