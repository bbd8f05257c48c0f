/** The event as a caller sends it, for the document. */
import Type from 'typebox';

export const eventSchema = Type.Object({
  id: Type.String(),
  type: Type.String(),
  subject: Type.String(),
  time: Type.String(),
  data: Type.Object({}),
});
