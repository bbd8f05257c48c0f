/** Promo codes as a program writes them (PROGRAM: promo codes). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { OutcomeSchema } from './document-campaign.js';
import { closed, count, id, list, name, oneOf } from './fields.js';

const outcomes = list(OutcomeSchema, 'What a claim gives, in this order.', limits.outcomesPerCampaignMax, 1);

export const PromoCodeSchema = Type.Union(
  [
    closed(
      {
        id: id('Names the promo code in outcomes and in /v1/promo-codes.'),
        kind: oneOf(['multiUse'], 'One code for many.'),
        code: name('What people type; compared without case, blanks or dashes.'),
        perCustomer: Type.Optional(
          count('How often one customer may claim it. Default: no limit.', 1, limits.codeClaimsMax),
        ),
        total: Type.Optional(
          count('How often it may be claimed by all customers together, for ever.', 0, Number.MAX_SAFE_INTEGER),
        ),
        outcomes,
      },
      'A code that many may claim.',
    ),
    closed(
      {
        id: id('Names the promo code in outcomes and in /v1/promo-codes.'),
        kind: oneOf(['singleUse'], 'Codes of which each is claimed once in the world.'),
        count: count('How many codes there are; more may be added later.', 1, limits.singleUseCodesMax),
        length: Type.Optional(
          count(
            'Characters of a code; another length makes other codes. Default 10.',
            limits.codeCharactersMin,
            limits.codeCharactersMax,
            limits.codeCharactersDefault,
          ),
        ),
        outcomes,
      },
      'Generated codes, each claimed once in the world.',
    ),
  ],
  { description: 'A promo code: multiUse (one code for many) or singleUse (generated codes, each claimed once).' },
);
export type PromoCodeDocument = Type.Static<typeof PromoCodeSchema>;
