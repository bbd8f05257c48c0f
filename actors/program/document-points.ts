/** Accounts as a program writes them (PROGRAM: Points). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { closed, count, duration, flag, key, list, monthDay, name, oneOf, points } from './fields.js';

const unit = oneOf(
  ['day', 'week', 'month', 'quarter', 'year'],
  'Calendar unit in the customer’s zone; weeks begin Monday.',
);

export const Calendar = closed({ calendar: unit }, 'A calendar unit, from its start to the next start.');

const eventTypes = (description: string) =>
  list(
    Type.String({ minLength: 1, maxLength: limits.idCharactersMax, description: 'An event type.' }),
    description,
    limits.accountEventsMax,
    1,
  );

const rolling = closed(
  {
    kind: oneOf(['rolling'], 'Since earned.'),
    after: duration('How long a lot lasts.', 'P12M'),
    roundUpTo: Type.Optional(oneOf(['month', 'quarter', 'year'], 'Lasts to 23:59:59 of the last day of that unit.')),
  },
  'Each lot expires this long after it was earned.',
);

const fixed = closed(
  {
    kind: oneOf(['fixed'], 'On fixed days of the year.'),
    dates: list(monthDay('A day of the year.'), 'Each lot lasts to 23:59:59 of the next of them.', 366, 1),
  },
  'Every lot expires on the next of these days.',
);

const inactivity = closed(
  {
    kind: oneOf(['inactivity'], 'After a time without certain events.'),
    after: duration('How long a lot lasts from the later of its own time and the last of the events.', 'P12M'),
    events: eventTypes('The events that prolong every lot.'),
  },
  'Lots expire together, so long after the customer was last seen doing one of these.',
);

export const ExpirySchema = Type.Union(
  [
    oneOf(['none'], 'Never.'),
    closed({ kind: oneOf(['none'], 'Never.') }, 'Never expires.'),
    rolling,
    fixed,
    inactivity,
  ],
  { description: 'When points expire: none (default), rolling, fixed or inactivity.' },
);
export type ExpiryDocument = Type.Static<typeof ExpirySchema>;

const Activation = Type.Union(
  [
    oneOf(['immediate'], 'At once.'),
    closed({ kind: oneOf(['immediate'], 'At once.') }, 'Active at once.'),
    closed(
      {
        kind: oneOf(['after'], 'After a time.'),
        duration: duration('How long a lot is pending, from the time it was earned.', 'P14D'),
      },
      'Pending for a time, then active.',
    ),
    closed(
      {
        kind: oneOf(['on'], 'With a later event.'),
        event: Type.String({
          description: 'Type of the event that activates: the next one of the customer, from the time of earning on.',
          minLength: 1,
          maxLength: limits.idCharactersMax,
        }),
        within: duration('How long a lot waits, from the time it was earned; then it is cancelled.', 'P30D'),
      },
      'Pending until a later event of this type, cancelled without one.',
    ),
  ],
  { description: 'When points become active: immediate (default), after a time, or on a later event.' },
);
export type ActivationDocument = Type.Static<typeof Activation>;

const Cap = closed(
  {
    per: Type.Union(
      [
        Calendar,
        closed({ rolling: duration('The span (t − d, t] before each award.') }, 'A span that ends at the award.'),
      ],
      { description: 'Period: {calendar: month} or {rolling: P30D}.' },
    ),
    points: points('Most points earned in the period, over all campaigns.'),
  },
  'Most that can be earned in a period; what is over is clipped.',
);
export type CapDocument = Type.Static<typeof Cap>;

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
    caps: Type.Optional(list(Cap, 'Most points earned by periods; all of them hold.', limits.accountCapsMax)),
  },
  'An account of points.',
);
export type AccountDocument = Type.Static<typeof AccountSchema>;

/** A rate: `points` for every `per` of what it is taken of. */
export const rateFields = {
  points: points('Points for every `per`.'),
  per: count('For every so many minor units (or units).', 1, Number.MAX_SAFE_INTEGER),
};
