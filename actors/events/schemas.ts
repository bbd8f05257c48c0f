/**
 * What may be reported: one TypeBox schema for each event's data and one for the envelope around it. They validate
 * (compiled, `data-check.ts`), explain what is wrong (walked, `shape.ts`) and describe the API (OpenAPI).
 *
 * Data of purchases and returns is open: a brand may add fields of its own and use them in conditions. Everything else
 * is closed, so that a misspelt key is told.
 */
import Type from 'typebox';
import { limits } from '../limits.js';

const MONEY_MAX = Number.MAX_SAFE_INTEGER;

const id = (description: string): Type.TString =>
  Type.String({ description, minLength: 1, maxLength: limits.idCharactersMax, 'x-format': 'id' });
const text = (description: string): Type.TString => Type.String({ description, maxLength: limits.stringBytesMax });
const money = (description: string): Type.TInteger =>
  Type.Integer({ description, minimum: 0, maximum: MONEY_MAX, 'x-unit': 'minor units' });
const units = (description: string): Type.TInteger =>
  Type.Integer({ description, minimum: 1, maximum: limits.unitsPerLineMax });
const optional = Type.Optional;
const closed = <P extends Type.TProperties>(properties: P, description: string): Type.TObject<P> =>
  Type.Object(properties, { additionalProperties: false, description });
const open = <P extends Type.TProperties>(properties: P, description: string): Type.TObject<P> =>
  Type.Object(properties, { additionalProperties: true, description });

const attributes = (description: string) =>
  Type.Object({}, { additionalProperties: true, description, 'x-open': true });

export const LineSchema = closed(
  {
    lineId: id('Names the line within its purchase.'),
    sku: id('What was sold.'),
    name: optional(text('What the receipt says.')),
    categories: optional(
      Type.Array(id('A category.'), {
        description: 'Categories of the article.',
        maxItems: limits.categoriesPerLineMax,
      }),
    ),
    quantity: units('Units, 1 or more.'),
    unitPrice: money('Price of one unit in minor units, 0 or more.'),
    attributes: optional(attributes('Fields of the brand, usable in line conditions.')),
    excluded: optional(Type.Boolean({ description: 'Out of every offer.' })),
  },
  'A line of a purchase.',
);

export const DiscountSchema = closed(
  {
    lineId: optional(id('The line it goes over; absent: the whole check.')),
    amount: money('Minor units.'),
    reason: optional(text('Why.')),
  },
  'A discount the shop gave itself.',
);

export const PurchaseSchema = open(
  {
    transactionId: id('Names one purchase of the customer.'),
    storeId: optional(id('Where.')),
    registerId: optional(id('At which register.')),
    channel: optional(id('How: pos, web, app.')),
    currency: optional(
      Type.String({ description: "The program's currency, or left out.", minLength: 3, maxLength: 3 }),
    ),
    lines: optional(
      Type.Array(LineSchema, { description: 'What was bought.', minItems: 1, maxItems: limits.linesPerPurchaseMax }),
    ),
    discounts: optional(
      Type.Array(DiscountSchema, { description: 'In the order given.', maxItems: limits.linesPerPurchaseMax }),
    ),
    total: optional(
      money('Net in minor units: Σ quantity × unitPrice − Σ discounts. Needed where there are no lines.'),
    ),
  },
  'A purchase: lines, or a total, or both.',
);

export const ReturnLineSchema = closed(
  {
    lineId: optional(id('A line of the purchase.')),
    sku: optional(id('What comes back.')),
    name: optional(text('What the receipt says.')),
    categories: optional(
      Type.Array(id('A category.'), {
        description: 'Categories of the article.',
        maxItems: limits.categoriesPerLineMax,
      }),
    ),
    attributes: optional(attributes('Fields of the brand, usable in line conditions.')),
    quantity: units('Units that come back.'),
    units: optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: limits.unitsPerLineMax }), {
        description: 'Which units of the line, from 1; as many as `quantity`.',
        maxItems: limits.namedUnitsMax,
      }),
    ),
    unitPrice: optional(money('Price of one unit in minor units; needed where no purchase is named.')),
  },
  'A line of a return.',
);

export const ReturnSchema = open(
  {
    transactionId: id('Names the return.'),
    originalTransactionId: optional(id('The purchase it belongs to; without it the return is blind.')),
    storeId: optional(id('Where.')),
    registerId: optional(id('At which register.')),
    channel: optional(id('How.')),
    currency: optional(
      Type.String({ description: "The program's currency, or left out.", minLength: 3, maxLength: 3 }),
    ),
    lines: optional(
      Type.Array(ReturnLineSchema, {
        description: 'What comes back.',
        minItems: 1,
        maxItems: limits.linesPerPurchaseMax,
      }),
    ),
    total: optional(money('Minor units given back, where no lines are known.')),
  },
  'A return: lines or a total.',
);

export const ProfileSchema = closed(
  {
    attributes: optional(
      attributes('Merged into the profile; null removes. Personal data: sealed wherever it is written.'),
    ),
    timeZone: optional(
      Type.Union([Type.String({ 'x-format': 'zone' }), Type.Null()], {
        description: 'IANA name, as America/New_York; null removes.',
      }),
    ),
    locale: optional(
      Type.Union([Type.String({ minLength: 1, maxLength: 35 }), Type.Null()], {
        description: 'BCP 47, as en-GB; null removes.',
      }),
    ),
  },
  'The profile was changed.',
);

export const StatusSchema = closed(
  { status: id('A status of the program.'), reason: text('Why; kept in the event stream.') },
  'The status was changed.',
);

export const TagAddedSchema = closed(
  {
    tag: id('The tag.'),
    for: optional(
      Type.String({ description: 'ISO 8601 duration from the event on; absent: for good.', 'x-format': 'duration' }),
    ),
  },
  'A tag was added.',
);

export const TagRemovedSchema = closed({ tag: id('The tag.') }, 'A tag was removed.');

export const AdjustmentSchema = closed(
  {
    account: id('An account of the program.'),
    points: Type.Integer({
      description: 'Points given (above 0) or taken (below 0).',
      minimum: -MONEY_MAX,
      maximum: MONEY_MAX,
    }),
    reason: text('Why; kept in the ledger.'),
  },
  'Points were adjusted by hand.',
);

export const RewardPurchasedSchema = closed(
  {
    rewardId: id('A reward of the program.'),
    quantity: optional(
      Type.Integer({ description: 'How many; 1 where it is left out.', minimum: 1, maximum: limits.rewardQuantityMax }),
    ),
  },
  'A reward was bought with points.',
);

export const RewardRefundedSchema = closed(
  { purchaseId: id('The purchaseId of the reward.purchased outcome.') },
  'A bought reward was given back: its points return to the lots they came from.',
);

const latitude = Type.Number({ description: 'Degrees, north positive.', minimum: -90, maximum: 90 });
const longitude = Type.Number({ description: 'Degrees, east positive.', minimum: -180, maximum: 180 });
const accuracy = Type.Number({
  description: 'How far off the position may be, meters; absent: exact. Above 200 it says nothing.',
  minimum: 0,
  maximum: limits.accuracyMetersMax,
});

export const PromoCodeSchema = closed(
  { code: id('As it was typed; compared without case, blanks or dashes.') },
  'A promo code was claimed.',
);

export const CheckInSchema = closed(
  {
    venueId: optional(id('Where: a store with geofences, or a geofence without a store.')),
    latitude: optional(latitude),
    longitude: optional(longitude),
    accuracyMeters: optional(accuracy),
  },
  'The customer says where they are. Conditions also see data.verified: whether the position bears it out.',
);

export const LocationSchema = closed(
  { latitude, longitude, accuracyMeters: optional(accuracy) },
  'Where the device is: enters and leaves geofences. Sealed wherever it is written.',
);

export const MergeSchema = closed(
  { from: id('The id that is given up: all of it comes to the subject, and it is an alias from then on.') },
  'Two ids turned out to be one person.',
);

export const EraseSchema = closed(
  {},
  'Personal data of the customer is to be gone, wherever it was written; amounts and dates stay.',
);

export const OfferRedeemedSchema = closed(
  { issueId: id('The issue, as the profile names it.') },
  'An offer that is no discount at the till was used.',
);

export const ClaimSchema = closed(
  { transactionId: id('The anonymous sale.') },
  'An anonymous sale is the customer’s: once, judged at its own time.',
);

export const AppOpenedSchema = closed({}, 'The app was opened.');

export const MessageOpenedSchema = closed({ messageId: id('The message.') }, 'A message was opened.');

export const MessageDismissedSchema = closed({ messageId: id('The message.') }, 'A message was dismissed.');

export const ExecutionViewedSchema = closed(
  { messageId: id('The message whose graphic or video it is.') },
  'The graphic or video of a message was seen.',
);

export const VideoWatchedSchema = closed(
  {
    messageId: optional(id('The message it belongs to; absent: a video of the app.')),
    seconds: optional(
      Type.Number({ description: 'How long it was watched.', minimum: 0, maximum: limits.videoSecondsMax }),
    ),
    completed: optional(Type.Boolean({ description: 'Watched to its end.' })),
  },
  'A video was watched.',
);

export const DATA_SCHEMAS = {
  purchase: PurchaseSchema,
  return: ReturnSchema,
  'profile.updated': ProfileSchema,
  'status.changed': StatusSchema,
  'tag.added': TagAddedSchema,
  'tag.removed': TagRemovedSchema,
  'points.adjusted': AdjustmentSchema,
  'reward.purchased': RewardPurchasedSchema,
  'reward.refunded': RewardRefundedSchema,
  'promo_code.claimed': PromoCodeSchema,
  check_in: CheckInSchema,
  location: LocationSchema,
  'customer.merged': MergeSchema,
  'customer.erased': EraseSchema,
  'purchase.claimed': ClaimSchema,
  'offer.redeemed': OfferRedeemedSchema,
  'app.opened': AppOpenedSchema,
  'message.opened': MessageOpenedSchema,
  'message.dismissed': MessageDismissedSchema,
  'execution.viewed': ExecutionViewedSchema,
  'video.watched': VideoWatchedSchema,
} as const;

/** The envelope of CloudEvents 1.0. Extension attributes (lower case letters and digits, plain values) are taken and dropped. */
export const EnvelopeSchema = Type.Object(
  {
    specversion: optional(Type.Literal('1.0')),
    id: id('1 to 128 characters, unique together with `source` for one subject.'),
    source: optional(id("Who reports; by default the property's id.")),
    type: id('What happened: a built-in type, or one the program declares.'),
    subject: id("The customer's id."),
    time: Type.String({ description: 'When it happened, RFC 3339 with an offset.', 'x-format': 'instant' }),
    datacontenttype: optional(Type.String({ maxLength: 255 })),
    dataschema: optional(Type.String({ maxLength: limits.stringBytesMax })),
    data: optional(Type.Unknown({ description: 'Depends on the type.' })),
  },
  { description: 'An event.' },
);
