/** Rewards as a program writes them (PROGRAM: Rewards). Schemas and static types. */
import Type from 'typebox';
import { limits } from '../limits.js';
import { Condition } from './document-condition.js';
import { closed, count, id, name, points } from './fields.js';

export const RewardSchema = closed(
  {
    id: id('The rewardId of reward.purchased.'),
    name: Type.Optional(name('What customers read. Default: the id.')),
    price: closed(
      { account: id('Account the points are taken from; must be spendable.'), points: points('Points for one.') },
      'What one costs.',
    ),
    perCustomer: Type.Optional(
      count('Most that one customer may buy; refunded ones do not count.', 1, limits.rewardsPerCustomerMax),
    ),
    stock: Type.Optional(
      count(
        'How many there are, for all customers together and for ever; refunded ones are there again.',
        0,
        Number.MAX_SAFE_INTEGER,
      ),
    ),
    where: Type.Optional(Condition),
    gives: Type.Optional(
      closed({ offer: id('Offer issued for each one bought.') }, 'What the customer gets beside the thing itself.'),
    ),
  },
  'A reward: what points buy.',
);
export type RewardDocument = Type.Static<typeof RewardSchema>;
