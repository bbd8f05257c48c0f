/** The schemas of replies, and of what requests share. Requests are described by the very schemas that check them. */
import Type from 'typebox';
import type { Json } from '../../actors/event.js';
import { programSchema } from '../../actors/program/document.js';
import { PropertyChangeSchema } from '../keys/property.js';
import { problems } from '../problem.js';
import { dataSchemas, eventSchema } from './event-schema.js';

const instant = (description: string) => Type.String({ format: 'date-time', description });
const position = Type.String({ description: '`<shard>-<sequence>`: where it stands in the journal.' });

const Outcome = Type.Object(
  {
    id: Type.String({ description: '`<position>-<n>`: the same on every replay and every node.' }),
    type: Type.String({ description: 'A fact, in the past tense: `points.earned`, `tier.changed`, …' }),
    customerId: Type.String(),
    time: instant('Business time.'),
    cause: Type.Object(
      { eventId: Type.Optional(Type.String()), campaignId: Type.Optional(Type.String()) },
      { description: 'No eventId: time itself was the cause.' },
    ),
    data: Type.Object({}, { description: 'By type.' }),
  },
  { description: 'A fact that was decided.' },
);

const ErrorItem = Type.Object({
  pointer: Type.String({ description: 'JSON pointer into what was sent.' }),
  code: Type.String(),
  detail: Type.String({ description: 'What is wrong and how to mend it.' }),
});

/** Left out where the item has none that can be read. */
const named = { id: Type.Optional(Type.String()), source: Type.Optional(Type.String()) };

const EventResult = Type.Object(
  {
    ...named,
    status: Type.Enum(['applied', 'duplicate', 'ignored', 'refused', 'invalid', 'parked', 'accepted'], {
      description:
        '`applied`; `duplicate`: reported before, the recorded outcomes again; `ignored`: recorded, earned nothing; `refused`: a business rule said no, see `reason`; `invalid`: see `errors`, not recorded; `parked`: send it again later; `accepted`: durable, asked for with `ack=accepted`.',
    }),
    reason: Type.Optional(Type.String({ description: 'Why it was ignored or refused.' })),
    detail: Type.Optional(Type.String()),
    firstEventId: Type.Optional(Type.String({ description: 'The event that was first, for `transaction_exists`.' })),
    first: Type.Optional(
      Type.Object(
        { status: Type.String(), reason: Type.Optional(Type.String()) },
        { description: 'What became of it the first time.' },
      ),
    ),
    line: Type.Optional(Type.Integer({ description: 'Of NDJSON, from 1, where the line cannot be read.' })),
    errors: Type.Optional(Type.Array(Type.Ref('ErrorItem'))),
    retryable: Type.Optional(Type.Boolean()),
    position: Type.Optional(position),
    programVersion: Type.Optional(Type.Integer()),
    outcomes: Type.Optional(Type.Array(Type.Ref('Outcome'))),
  },
  { description: 'What became of one event.' },
);

const Problem = Type.Object(
  {
    type: Type.String({ description: 'A page that explains it: `/problems/<code>`.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What was wrong with this very request.' }),
    code: Type.Enum(Object.keys(problems), { description: 'Stable; decide by it.' }),
    retryable: Type.Boolean({ description: 'Whether the same request may succeed later.' }),
    requestId: Type.String({ description: 'Also in the header X-Request-Id; name it when you ask for help.' }),
    errors: Type.Optional(Type.Array(Type.Ref('ErrorItem'))),
    position: Type.Optional(
      Type.Unknown({
        description: 'Of `unparseable`: {offset, line, column}. Of a refused event: its position in the journal.',
      }),
    ),
    eventStatus: Type.Optional(
      Type.String({
        description: 'Of a single event: `refused` or `invalid`, with the fields of an EventResult beside it.',
      }),
    ),
  },
  { description: 'RFC 9457. Of a single refused or invalid event it carries the fields of an EventResult too.' },
);

const StreamItem = Type.Object({
  position,
  arrival: instant('When the journal took it.'),
  event: Type.Union([Type.Ref('Event'), Type.Null()], {
    description: 'Null where time itself was the cause, or a campaign without behavior.',
  }),
  send: Type.Optional(
    Type.Object(
      { campaignId: Type.String(), at: instant('The instant of the run: the time of its outcomes.') },
      { description: 'A campaign without behavior came to the customer.' },
    ),
  ),
  programVersion: Type.Integer(),
  outcomes: Type.Array(Type.Ref('Outcome')),
});

const points = Type.Integer();
const Profile = Type.Object(
  {
    id: Type.String(),
    status: Type.String(),
    attributes: Type.Object({}),
    timeZone: Type.Union([Type.String(), Type.Null()]),
    totals: Type.Object({
      purchases: Type.Integer(),
      returns: Type.Integer(),
      net: Type.Integer({ description: 'Minor units.' }),
      lastPurchaseAt: Type.Union([instant(''), Type.Null()]),
    }),
    tags: Type.Array(Type.Object({ tag: Type.String(), until: Type.Optional(instant('')) })),
    points: Type.Record(
      Type.String(),
      Type.Object({
        active: points,
        pending: points,
        debt: points,
        earned: points,
        adjusted: points,
        spent: points,
        expired: points,
        cancelled: points,
        reversed: points,
        next: Type.Union([Type.Object({ points, expiresAt: instant('') }), Type.Null()], {
          description: 'What expires next.',
        }),
        nextActive: Type.Union([Type.Object({ points, activatesAt: instant('') }), Type.Null()], {
          description: 'What becomes active next by time.',
        }),
      }),
    ),
    tiers: Type.Record(Type.String(), Type.Object({ level: Type.String() })),
    rfm: Type.Optional(Type.Object({})),
    offers: Type.Array(Type.Ref('Issue')),
    behaviors: Type.Record(Type.String(), Type.Object({})),
    audiences: Type.Array(Type.String()),
    geofences: Type.Array(Type.String(), { description: 'Ids of the geofences the customer is in.' }),
    createdAt: instant(''),
    updatedAt: instant(''),
    position,
  },
  { description: 'The single view of a customer.' },
);

const Issue = Type.Object({
  id: Type.String({ description: 'The issue.' }),
  offerId: Type.String(),
  state: Type.Enum(['active', 'locked', 'used', 'expired', 'voided']),
  startsAt: Type.Union([instant(''), Type.Null()]),
  expiresAt: Type.Union([instant(''), Type.Null()]),
  usesLeft: Type.Integer(),
});

const Store = Type.Object(
  {
    items: Type.Array(
      Type.Object({
        id: Type.String({ description: 'The rewardId of reward.purchased.' }),
        name: Type.String(),
        price: Type.Object({ account: Type.String(), points }),
        perCustomer: Type.Union([Type.Integer(), Type.Null()]),
        stock: Type.Union([Type.Integer(), Type.Null()], { description: 'What is left; null: no end of it.' }),
        gives: Type.Union([Type.Object({ offer: Type.String() }), Type.Null()]),
        bought: Type.Optional(Type.Integer({ description: 'By this customer, less what was given back.' })),
        canBuy: Type.Optional(Type.Boolean()),
        reason: Type.Optional(Type.String({ description: 'Why one cannot be bought now.' })),
      }),
    ),
    purchases: Type.Optional(
      Type.Array(
        Type.Object({
          purchaseId: Type.String({ description: 'What reward.refunded names.' }),
          rewardId: Type.String(),
          quantity: Type.Integer(),
          account: Type.String(),
          points,
          time: instant(''),
          refundableUntil: instant(''),
        }),
      ),
    ),
  },
  { description: 'Rewards for sale.' },
);

const { name, kind, scopes, rate } = PropertyChangeSchema.properties;
const shownProperty = {
  id: Type.String(),
  name,
  kind,
  scopes,
  rate,
  disabled: Type.Boolean(),
  createdAt: instant(''),
  keys: Type.Array(Type.Object({ createdAt: instant(''), until: Type.Optional(instant('When it stops.')) }), {
    description: 'Newest first; never the key itself.',
  }),
};
const published = {
  version: Type.Integer(),
  publishedAt: instant(''),
  publishedBy: Type.String({ description: 'The property that published it.' }),
};

/** By name, as they stand in `components/schemas`. */
export const components: Readonly<Record<string, object>> = {
  Event: eventSchema,
  ...dataSchemas,
  EventResult,
  EventResults: Type.Object({ results: Type.Array(Type.Ref('EventResult')) }),
  Accepted: Type.Object({ status: Type.Literal('accepted'), position }),
  Outcome,
  ErrorItem,
  Problem,
  Profile,
  Store,
  StreamItem,
  TillAnswer: Type.Object({
    transactionId: Type.String(),
    state: Type.Enum(['quoted', 'locked', 'redeemed', 'unlocked', 'voided', 'returned']),
    lockedUntil: Type.Optional(Type.String({ description: 'When the lock ends by itself.' })),
    programVersion: Type.Integer(),
    currency: Type.String(),
    applied: Type.Array(Type.Object({}), {
      description:
        'Offers that apply, with the units they took; with explain full the condition, each part with what it saw.',
    }),
    notApplied: Type.Array(Type.Object({}), {
      description: 'Offers that do not, with the reason and what is missing.',
    }),
    search: Type.Optional(Type.Literal('partial', { description: 'Not every combination was tried.' })),
    lines: Type.Array(Type.Object({}), {
      description: 'gross, discount and net of each line; after a return of what is kept.',
    }),
    totals: Type.Object({
      gross: Type.Integer(),
      discount: Type.Integer({ description: 'The shop’s and the offers’ together.' }),
      net: Type.Integer(),
      refund: Type.Integer({ description: 'What this step gives back.' }),
    }),
    points: Type.Object({}, { description: 'By account: willEarn by this transaction, active now.' }),
    outcomes: Type.Array(Type.Ref('Outcome')),
  }),
  EventPage: Type.Object({
    items: Type.Array(Type.Ref('StreamItem')),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  }),
  Issue,
  OfferPage: Type.Object({
    items: Type.Array(Type.Ref('Issue')),
    nextCursor: Type.Union([Type.String(), Type.Null()]),
  }),
  // Its own base, so that the references inside it hold.
  Program: { ...(programSchema as Record<string, Json>), $id: '/v1/program/schema' },
  Published: Type.Object(published),
  PublishedDocument: Type.Object({ ...published, document: Type.Ref('Program') }),
  Property: Type.Object(shownProperty),
  PropertyWithKey: Type.Object({
    ...shownProperty,
    key: Type.Union([Type.String(), Type.Null()], { description: 'Shown once.' }),
  }),
};
