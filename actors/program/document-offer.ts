/** Offers as a program writes them (PROGRAM: Offers), with everything the till will ask. Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { Condition, LineCondition } from './document-condition.js';
import { closed, count, decimal, duration, flag, id, instant, money, name, oneOf } from './fields.js';

const percent = (what: string) => decimal(`${what} Percent, 0 to 100.`, 0, 100);

const choice = {
  lines: Type.Optional(LineCondition),
  choose: Type.Optional(oneOf(['cheapest', 'dearest', 'all'], 'Which units, by what is still to pay. Default all.')),
  units: Type.Optional(
    count('How many units; without it 1 for cheapest and dearest. Not with all.', 1, limits.unitsPerLineMax),
  ),
};

const Get = closed(
  {
    lines: Type.Optional(LineCondition),
    quantity: count('Units discounted by one application.', 1, limits.unitsPerLineMax),
    percentOff: Type.Optional(percent('Taken off these units.')),
    amountOff: Type.Optional(money('Taken off each of these units.', 1)),
    setPrice: Type.Optional(money('Price of each of these units; never raises it.')),
  },
  'What is discounted: exactly one of percentOff, amountOff and setPrice.',
);

const Discount = Type.Union(
  [
    closed(
      { kind: oneOf(['amountOffCheck'], 'Amount off the check.'), amount: money('Amount off.', 1) },
      'An amount off the check.',
    ),
    closed(
      { kind: oneOf(['percentOffCheck'], 'Percent off the check.'), percent: percent('Off the check.') },
      'A percentage off the check.',
    ),
    closed(
      { kind: oneOf(['amountOffItem'], 'Amount off units.'), amount: money('Off each unit.', 1), ...choice },
      'An amount off each chosen unit.',
    ),
    closed(
      { kind: oneOf(['percentOffItem'], 'Percent off units.'), percent: percent('Off the chosen units.'), ...choice },
      'A percentage off the chosen units.',
    ),
    closed(
      { kind: oneOf(['setPrice'], 'A price for units.'), price: money('Price of each unit.'), ...choice },
      'A price for each chosen unit; never raises it.',
    ),
    closed(
      {
        kind: oneOf(['buyXGetY'], 'Buy X get Y.'),
        buy: closed(
          {
            lines: Type.Optional(LineCondition),
            quantity: count('Units required by one application.', 1, limits.unitsPerLineMax),
          },
          'What must be bought.',
        ),
        get: Get,
        choose: Type.Optional(oneOf(['cheapest', 'dearest'], 'Which units are discounted first. Default cheapest.')),
        maxApplications: Type.Optional(
          count('Most applications in one check. Default: no limit.', 1, limits.unitsPerLineMax),
        ),
      },
      'Buy X get Y; however many applications, one use burns.',
    ),
  ],
  {
    description:
      'What the till takes off: amountOffCheck, percentOffCheck, amountOffItem, percentOffItem, setPrice or buyXGetY.',
  },
);

const Stacking = closed(
  {
    group: Type.Optional(id('At most one offer of a group applies.')),
    exclusive: Type.Optional(flag('Stands alone.', false)),
    priority: Type.Optional(count('Applied in ascending order.', -1_000_000, 1_000_000, 0)),
    reuseQualifying: Type.Optional(flag('May require a unit already required or discounted.', false)),
    stackDiscounted: Type.Optional(flag('May discount a unit already discounted.', false)),
    withItself: Type.Optional(count('Issues of this offer that apply to one check.', 1, limits.unitsPerLineMax, 1)),
  },
  'How it stands beside other offers.',
);

export const OfferSchema = closed(
  {
    id: id('How campaigns and the till name the offer.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    kind: oneOf(
      ['closedLoop', 'coupon', 'digital', 'physical'],
      'closedLoop becomes a discount at the till; the others are redeemed by an event.',
    ),
    validity: Type.Optional(
      closed(
        {
          for: Type.Optional(duration('How long an issue lasts, from the issue.', 'P14D')),
          from: Type.Optional(instant('Not usable before.')),
          until: Type.Optional(instant('Usable up to and including; with `for` the earlier ends it.')),
        },
        'When an issue can be used. Absent: for ever.',
      ),
    ),
    uses: Type.Optional(count('How often one issue can be used.', 1, limits.offerUsesMax, 1)),
    where: Type.Optional(Condition),
    minimumSpend: Type.Optional(money('Subtotal before any discount, without excluded lines. Default 0.')),
    discount: Type.Optional(Discount),
    stacking: Type.Optional(Stacking),
    cap: Type.Optional(money('Most it takes off one check.', 1)),
    onReturn: Type.Optional(oneOf(['keep', 'reprice'], 'keep (default), or judge the kept units again.')),
  },
  'An offer: a thing of value issued to a customer.',
);
export type OfferDocument = Type.Static<typeof OfferSchema>;
