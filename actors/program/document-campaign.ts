/**
 * Campaigns as a program writes them (PROGRAM: Campaigns, Behaviors and rules). Schemas and static types.
 * It is long because it is one shape.
 */
import Type from 'typebox';
import { limits } from '../limits.js';
import { TargetSchema } from './document-audience.js';
import { Condition, QuantityOf } from './document-condition.js';
import { Calendar, ExpirySchema, rateFields } from './document-points.js';
import { closed, count, duration, flag, id, instant, key, list, name, oneOf, points, zone } from './fields.js';

const Rolling = closed({ rolling: duration('The span (t − d, t].') }, 'A span that ends at the event.');

const Within = Type.Union(
  [
    Rolling,
    Calendar,
    closed(
      { sinceFirst: duration('The span [first, first + d], opened by the first match to arrive.', 'P7D') },
      'A span that begins with the first match. A match after its end closes it: unfilled, its matches are dropped.',
    ),
    closed(
      { campaign: Type.Literal(true, { description: 'From the campaign’s start to its end.' }) },
      'The whole span of the campaign.',
    ),
  ],
  {
    description:
      'Window in which the rule must be reached: {rolling}, {calendar}, {sinceFirst} or {campaign: true} (default).',
  },
);
export type WithinDocument = Type.Static<typeof Within>;

/** Said wherever a rule holds events. */
const HELD = `Up to ${limits.matchesPerRuleMax} unspent events are held for each customer and rule; beyond that the oldest no longer count.`;

export const RuleSchema = closed(
  {
    rule: Type.Optional(key('Name of the rule in the customer’s progress. Default: its number from 1.')),
    event: Type.String({
      description:
        'Type of the events counted: purchase, another built-in type, a type the program declares, or a type of outcome (tier.changed), which is counted as it happens, up to 8 deep.',
      minLength: 1,
      maxLength: limits.idCharactersMax,
    }),
    where: Type.Optional(Condition),
    times: Type.Optional(count('So many events.', 1, limits.ruleNeedMax, 1)),
    sum: Type.Optional(
      closed(
        {
          of: QuantityOf,
          atLeast: count('The sum to reach: minor units, or units.', 1, Number.MAX_SAFE_INTEGER),
          carry: Type.Optional(
            flag(
              `Keep the excess for the next completion; one event may then complete several times, at most ${limits.completionsPerEventMax} times. Not in a sequence.`,
              false,
            ),
          ),
        },
        `The sum over the events in the window. ${HELD}`,
      ),
    ),
    distinct: Type.Optional(
      closed(
        {
          of: Type.String({
            description: 'A path (as storeId or data.color), or day: local days in the store’s zone.',
            minLength: 1,
            maxLength: limits.pathCharactersMax,
          }),
          atLeast: count('So many different values.', 1, limits.ruleNeedMax),
        },
        `The number of different values among the events in the window. ${HELD}`,
      ),
    ),
    streak: Type.Optional(
      closed(
        {
          unit: oneOf(['day', 'week', 'month'], 'Local unit, in the store’s zone; weeks begin Monday.'),
          atLeast: count('So many in a row.', 1, limits.ruleNeedMax),
        },
        `Consecutive units with a matching event each; a unit of a closed streak serves no other. ${HELD}`,
      ),
    ),
    absent: Type.Optional(
      Type.Literal(true, {
        description:
          'That no event matches until the window has run: {rolling: d} after the last match, or {calendar: unit}, at the end of each whole unit. Time completes it, and no event.',
      }),
    ),
    within: Type.Optional(Within),
  },
  'One event type, with conditions, counted, summed, made distinct, strung into a streak or missed inside a window.',
);
export type RuleDocument = Type.Static<typeof RuleSchema>;

const PointsOutcome = closed(
  {
    points: closed(
      {
        account: id('Account the points go to.'),
        rate: Type.Optional(
          closed({ ...rateFields, of: QuantityOf }, 'So many points for every so much: points ÷ per.'),
        ),
        fixed: Type.Optional(points('So many points for each completion.')),
        multiply: Type.Optional(
          Type.Union(
            [
              oneOf(['tier'], 'Times the multiplier of the level held (with one tier system).'),
              closed({ tier: id('The tier system.') }, 'Times the multiplier of the level held in this system.'),
            ],
            { description: 'Multiply by the tier’s multiplier: tier, or {tier: <system>}.' },
          ),
        ),
        round: Type.Optional(oneOf(['floor', 'halfUp', 'ceil'], 'Once, at the end. Default floor.')),
        expiry: Type.Optional(ExpirySchema),
      },
      'Points by rate or a fixed number.',
    ),
  },
  'Earns points.',
);

const TagOutcome = closed(
  {
    tag: closed(
      {
        add: Type.Optional(name('Tag to set.')),
        remove: Type.Optional(name('Tag to take off.')),
        for: Type.Optional(duration('How long an added tag stays, from the event’s time.', 'P90D')),
      },
      'Adds or removes a tag.',
    ),
  },
  'Sets or takes off a tag.',
);

const OfferOutcome = closed({ offer: id('Offer to issue.') }, 'Issues an offer.');

const RewardOutcome = closed({ reward: id('Reward to give, whatever it costs.') }, 'Gives a reward.');

const TierOutcome = closed(
  {
    tier: closed(
      { system: id('The tier system.'), level: id('The level to move to, up or down.') },
      'A level, held as if it had been reached now.',
    ),
  },
  'Moves the customer to a level.',
);

const StatusOutcome = closed(
  {
    status: closed(
      { set: id('The status.'), reason: Type.Optional(name('Why; shown with the change.')) },
      'A status of the program.',
    ),
  },
  'Sets the customer’s status.',
);

export const OutcomeSchema = Type.Union(
  [PointsOutcome, TagOutcome, OfferOutcome, RewardOutcome, TierOutcome, StatusOutcome],
  {
    description: 'What the behavior gives: {points}, {tag}, {offer}, {reward}, {tier} or {status}.',
    'x-not-yet': {
      message: 'Messages are not supported yet; meanwhile follow /v1/stream and send from there.',
    },
  },
);
export type OutcomeDocument = Type.Static<typeof OutcomeSchema>;

export const BehaviorSchema = closed(
  {
    all: Type.Optional(list(RuleSchema, 'Rules that must all be reached.', limits.rulesPerCampaignMax, 1)),
    any: Type.Optional(list(RuleSchema, 'Rules of which one must be reached.', limits.rulesPerCampaignMax, 1)),
    sequence: Type.Optional(
      list(
        RuleSchema,
        'Rules that must be reached one after another: each counts only events after the one before it was reached.',
        limits.rulesPerCampaignMax,
        1,
      ),
    ),
    sameEvent: Type.Optional(flag('With `all`: only events that satisfy the where of every rule count.', false)),
  },
  'What the customer is to do: exactly one of all, any and sequence.',
  { minProperties: 1 },
);
export type BehaviorDocument = Type.Static<typeof BehaviorSchema>;

const Limits = closed(
  {
    perCustomer: Type.Optional(count('Completions that give, for each customer.', 1, limits.perCustomerMax)),
    per: Type.Optional(
      Type.Union([Calendar, Rolling], {
        description: 'Period of perCustomer: {calendar: month} or {rolling: P30D}. Absent: for ever.',
      }),
    ),
    total: Type.Optional(
      count('Completions that give, for all customers together and for ever.', 1, Number.MAX_SAFE_INTEGER),
    ),
    budget: Type.Optional(
      closed(
        {
          points: Type.Integer({
            description:
              'Points it gives in all, over all accounts and customers, for ever; what is beyond is cut off.',
            minimum: 1,
            maximum: Number.MAX_SAFE_INTEGER,
            'x-unit': 'points',
          }),
        },
        'What the campaign may cost.',
      ),
    ),
  },
  'How often the campaign gives. A campaign that may give no more neither counts nor completes.',
);

const Every = Type.Union(
  [
    Type.String({
      description: 'A cron expression, read in the program’s zone.',
      examples: ['0 9 * * MON'],
      minLength: 1,
      maxLength: limits.cronCharactersMax,
    }),
    closed(
      {
        cron: Type.String({
          description:
            'Minute, hour, day, month, weekday: values, lists, ranges, steps, names, L for a month’s last day.',
          examples: ['0 9 * * MON', '30 18 L * *'],
          minLength: 1,
          maxLength: limits.cronCharactersMax,
        }),
        timeZone: Type.Optional(zone('In which the expression is read. Default: the program’s.')),
      },
      'A cron expression with its zone.',
    ),
  ],
  { description: 'Sends only: again and again, as {cron: "0 9 * * MON", timeZone: Europe/Berlin}, or the cron alone.' },
);

export const CampaignSchema = closed(
  {
    id: key('How outcomes and progress name the campaign.'),
    name: Type.Optional(name('What people read. Default: the id.')),
    kind: oneOf(['promotion'], 'promotion: rewards a behavior.', {
      messaging: 'Messaging campaigns are not supported yet; meanwhile follow /v1/stream and send from there.',
    }),
    base: Type.Optional(
      flag(
        'The campaign every purchase earns by; blind returns reverse its rates. At most one, with one purchase rule.',
        false,
      ),
    ),
    priority: Type.Optional(
      count('Judged in ascending order, then in the order of the file.', -1_000_000, 1_000_000, 0),
    ),
    schedule: Type.Optional(
      closed(
        {
          start: Type.Optional(instant('First instant it counts.')),
          end: Type.Optional(instant('Last instant it counts, included.')),
          at: Type.Optional(instant('Sends only: when it goes to every customer in the target, once.')),
          every: Type.Optional(Every),
        },
        'When it counts, both ends included; for a campaign without behavior, when it sends.',
      ),
    ),
    target: Type.Optional(TargetSchema),
    behavior: Type.Optional(BehaviorSchema),
    outcomes: list(OutcomeSchema, 'What a completion gives, in this order.', limits.outcomesPerCampaignMax, 1),
    limits: Type.Optional(Limits),
    onReturn: Type.Optional(
      oneOf(
        ['keep', 'clawback'],
        `keep (default): a completion whose events come back is left as it is. clawback: it falls, and what it gave is taken back (each customer’s newest ${limits.completionsKeptMax} completions can fall).`,
      ),
    ),
    group: Type.Optional(
      key('Of the campaigns of one group that complete by one event, one gives its outcomes; `best` says which.'),
    ),
    best: Type.Optional(
      oneOf(
        ['first', 'highest'],
        'Which campaign of the group gives: the first judged (default), or the one that gives most points (before caps). The same on each of them.',
      ),
    ),
    shadow: Type.Optional(flag('Judged and counted like any other, and nothing is given.', false)),
  },
  'A campaign: who does what gets which outcomes.',
  {
    notYet: {
      delay: 'Messaging is not supported yet; meanwhile follow /v1/stream and send from there.',
      unless: 'Messaging is not supported yet; meanwhile follow /v1/stream and send from there.',
      quietHours: 'Messaging is not supported yet; meanwhile follow /v1/stream and send from there.',
      cap: 'Messaging caps are not supported yet; meanwhile use limits: {perCustomer, per}.',
    },
  },
);
export type CampaignDocument = Type.Static<typeof CampaignSchema>;
