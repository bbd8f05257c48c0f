/** Audiences as a program writes them (PROGRAM: Audiences). Schemas and static types. */
import Type from 'typebox';
import { Condition } from './document-condition.js';
import { closed, key, name } from './fields.js';

export const AudienceSchema = closed(
  {
    id: key('How targets and conditions name the audience.'),
    name: Type.Optional(name('What people read. Default: the id.')),
    where: Condition,
  },
  'A group of customers that follows a condition on their profile.',
);
export type AudienceDocument = Type.Static<typeof AudienceSchema>;

/** Who a campaign is for. */
export const TargetSchema = Type.Union(
  [
    closed({ where: Condition }, 'Customers and events that a condition holds for.'),
    closed({ audience: key('An audience of the program.') }, 'The customers of an audience.'),
  ],
  { description: 'Who it is for, {where} or {audience}; absent: everybody.' },
);
