/** The event as a caller sends it: the very schemas that check it, the data of each built-in type as a component. */
import Type from 'typebox';
import { DATA_SCHEMAS, EnvelopeSchema } from '../../actors/events/schemas.js';

/** `purchase` → `PurchaseData`, `tag.added` → `TagAddedData`. */
function componentName(type: string): string {
  const words = type.split('.').map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${words.join('')}Data`;
}

/** By component name. */
export const dataSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  Object.entries(DATA_SCHEMAS).map(([type, schema]) => [componentName(type), schema]),
);

/** Data without a required field may be left out whole. */
const byType = Object.entries(DATA_SCHEMAS).map(([type, { required }]) => ({
  if: { properties: { type: { const: type } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so.
  then: {
    properties: { data: { $ref: componentName(type) } },
    ...(required !== undefined && required.length > 0 && { required: ['data'] }),
  },
}));

export const eventSchema: object = {
  ...EnvelopeSchema,
  description:
    'A CloudEvents 1.0 envelope. `data` is checked by `type`; a type the program declares by its own schema.',
  properties: {
    ...EnvelopeSchema.properties,
    data: Type.Unknown({
      description: `By type: ${Object.keys(DATA_SCHEMAS)
        .map((type) => `\`${type}\` ${componentName(type)}`)
        .join(', ')}.`,
    }),
  },
  allOf: byType,
};
