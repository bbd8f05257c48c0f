/** The test brand with campaigns without behavior. Used by tests only. */
import { validateProgram } from '../../actors/program/validate.js';
import { BRAND } from './brand.js';

/** A send at publication: a tag and five stars for everybody. */
export const HELLO = {
  id: 'hello',
  kind: 'promotion',
  outcomes: [{ tag: { add: 'greeted' } }, { points: { account: 'stars', fixed: 5 } }],
};

/** The brand with these sends (HELLO unless told), validated. */
export function sendDocument(...sends: readonly object[]): unknown {
  const campaigns = [...BRAND.campaigns, ...(sends.length === 0 ? [HELLO] : sends)];
  const validated = validateProgram({ ...BRAND, campaigns });
  if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
  return validated.document;
}
