/**
 * The program document: what a brand writes, as one closed TypeBox schema and its static type. The same schema is
 * served to marketers (`programSchema`), walked by `shape.ts` for errors that teach, and gives TypeScript the type.
 * What needs more than one place of the document (references, order, uniqueness) is checked by `validate.ts`.
 */
import Type from 'typebox';
import type { Json } from '../event.js';
import { GeofencesSchema } from '../geofence/document-geofence.js';
import { limits } from '../limits.js';
import { AudienceSchema } from './document-audience.js';
import { CampaignSchema } from './document-campaign.js';
import { conditionDefinitions } from './document-condition.js';
import { OfferSchema } from './document-offer.js';
import { AccountSchema } from './document-points.js';
import { PromoCodeSchema } from './document-promo-code.js';
import { RewardSchema } from './document-reward.js';
import { TierSchema } from './document-tier.js';
import { closed, count, currency, duration, flag, id, list, money, name, zone } from './fields.js';

const StoreSchema = closed(
  {
    id: id('The storeId of events.'),
    name: Type.Optional(name('What people read.')),
    timeZone: Type.Optional(zone('Rules local.* and distinct: day. Default: the customer’s, else the program’s.')),
    latitude: Type.Optional(Type.Number({ description: 'Degrees, north positive.', minimum: -90, maximum: 90 })),
    longitude: Type.Optional(Type.Number({ description: 'Degrees, east positive.', minimum: -180, maximum: 180 })),
    tags: Type.Optional(list(name('A tag of the store.'), 'Read by conditions as store.tags.', limits.tagsPerStoreMax)),
  },
  'A store.',
);
export type StoreDocument = Type.Static<typeof StoreSchema>;

const StatusSchema = closed(
  {
    id: id('What status.changed events and conditions name.'),
    name: Type.Optional(name('What people read.')),
    default: Type.Optional(flag('The status of a new customer; exactly one status has it.', false)),
    earns: Type.Optional(flag('Whether campaigns count and give.', true)),
    redeems: Type.Optional(flag('Whether offers and points can be used.', true)),
    messages: Type.Optional(flag('Whether messages are sent.', true)),
  },
  'A standing of customers.',
);
export type StatusDocument = Type.Static<typeof StatusSchema>;

const EventSchema = closed(
  {
    type: id('The type that events carry.'),
    description: Type.Optional(name('What people read.')),
    data: Type.Optional(
      Type.Unsafe<Json>({
        description:
          'JSON Schema (2020-12) of the event’s data. `personal: true` on a property marks personal data, which is encrypted per customer. No pattern, no remote $ref.',
      }),
    ),
  },
  'An event type of the brand’s own.',
);
export type EventDocument = Type.Static<typeof EventSchema>;

const breakpoints = (of: string) =>
  Type.Array(count(of, 0, Number.MAX_SAFE_INTEGER), {
    minItems: 4,
    maxItems: 4,
    description: `Four ascending breakpoints: ${of}`,
  });

const RfmSchema = closed(
  {
    of: Type.Optional(Type.Literal('purchase', { description: 'What is counted. Default purchase.' })),
    window: duration('How far back it looks.', 'P365D'),
    recencyDays: breakpoints('Days since the last purchase; each one passed takes one from the score 5.'),
    frequency: breakpoints('Purchases; each one reached adds one to the score 1.'),
    monetary: Type.Array(money('Net spend; each one reached adds one to the score 1.'), {
      minItems: 4,
      maxItems: 4,
      description: 'Four ascending breakpoints.',
    }),
  },
  'Recency, frequency and monetary scores.',
);
export type RfmDocument = Type.Static<typeof RfmSchema>;

export const ProgramSchema = Type.Object(
  {
    program: id('Name of the program.'),
    currency: currency('Currency of all money.'),
    timeZone: zone('Zone of customers without one of their own.'),
    lateness: Type.Optional(duration('An event older than this on arrival is too late. Default P30D.')),
    returns: Type.Optional(
      closed(
        {
          window: Type.Optional(
            duration('How long a purchase stays open for a return that names it. Default P24M.', 'P24M'),
          ),
        },
        'Returns.',
      ),
    ),
    stores: Type.Optional(list(StoreSchema, 'The stores.', limits.programStoresMax)),
    statuses: Type.Optional(
      list(
        StatusSchema,
        'The standings of customers. Default: one, `good`, which may do everything.',
        limits.programStatusesMax,
        1,
      ),
    ),
    events: Type.Optional(list(EventSchema, 'Event types of the brand’s own.', limits.declaredTypesMax)),
    points: Type.Optional(
      closed({ accounts: list(AccountSchema, 'The accounts.', limits.programAccountsMax) }, 'Loyalty points.'),
    ),
    tiers: Type.Optional(list(TierSchema, 'The tier systems.', limits.programTierSystemsMax)),
    campaigns: Type.Optional(list(CampaignSchema, 'The campaigns.', limits.programCampaignsMax)),
    offers: Type.Optional(list(OfferSchema, 'The offers.', limits.programOffersMax)),
    rewards: Type.Optional(list(RewardSchema, 'What points buy.', limits.programRewardsMax)),
    promoCodes: Type.Optional(list(PromoCodeSchema, 'The promo codes.', limits.programPromoCodesMax)),
    audiences: Type.Optional(list(AudienceSchema, 'The audiences.', limits.programAudiencesMax)),
    rfm: Type.Optional(RfmSchema),
    geofences: Type.Optional(GeofencesSchema),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Regulars program',
    description:
      'Everything a brand decides, validated whole and published as one numbered version. Money is integer minor units, points are integers, durations are ISO 8601.',
    additionalProperties: false,
    'x-not-yet': {
      messages: 'Messages are not supported yet; meanwhile follow /v1/stream and send from there.',
      quietHours: 'Messaging is not supported yet; meanwhile follow /v1/stream and send from there.',
    },
    $defs: conditionDefinitions,
  },
);
export type ProgramDocument = Type.Static<typeof ProgramSchema>;

/** JSON Schema of the document, plain JSON: what GET /v1/program/schema serves. */
export const programSchema: Json = JSON.parse(JSON.stringify(ProgramSchema));
