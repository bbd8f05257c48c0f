/**
 * Validates a program document whole: every problem at once, each with where it is (JSON pointer), a stable code, and
 * how to mend it. First the shape (`shape.ts` along the TypeBox schema), then what needs more than one place; a part
 * whose shape is wrong is left out of the second step, all others are not.
 *
 * Total: any value of any type gives an answer, in time bounded by the limits under "program".
 */

import { checkGeofences } from '../geofence/check-geofence.js';
import { checkAccount } from './check-account.js';
import { checkAudience } from './check-audience.js';
import { checkCampaign } from './check-campaign.js';
import { checkOffer } from './check-offer.js';
import { checkPromoCodes } from './check-promo-code.js';
import { checkReward } from './check-reward.js';
import { checkSettings } from './check-settings.js';
import { type ProgramDocument, ProgramSchema } from './document.js';
import type { AudienceDocument } from './document-audience.js';
import type { OfferDocument } from './document-offer.js';
import type { AccountDocument } from './document-points.js';
import type { RewardDocument } from './document-reward.js';
import { listAt, namesOf } from './names.js';
import { type Problem, Problems } from './problem.js';
import type { SchemaNode } from './schema-node.js';
import { bounded, checkShape } from './shape.js';

export type { Problem } from './problem.js';

export type Validated =
  | { readonly ok: true; readonly document: ProgramDocument }
  | { readonly ok: false; readonly errors: readonly Problem[] };

const ROOT = ProgramSchema as unknown as SchemaNode;

/** Checks a parsed document (YAML or JSON). Codes are stable; PROGRAM.md is their source. */
export function validateProgram(document: unknown): Validated {
  const problems = new Problems();
  if (bounded(document, problems)) {
    checkShape(ROOT, document, problems);
    // Where the list is full the shape was not walked to its end, and nothing may rely on it.
    if (!problems.full) checkMeaning(document, problems);
  }
  if (problems.list.length > 0) return { ok: false, errors: problems.list };
  return { ok: true, document: document as ProgramDocument };
}

function checkMeaning(document: unknown, problems: Problems): void {
  const broken = ancestors(problems.list);
  const checking = { names: namesOf(document), problems, sound: (pointer: string) => !broken.has(pointer) };
  checkSettings(document, checking);
  listAt(document, 'points', 'accounts').forEach((account, i) => {
    const here = `/points/accounts/${i}`;
    if (checking.sound(here)) checkAccount(account as AccountDocument, here, checking);
  });
  listAt(document, 'rewards').forEach((reward, i) => {
    if (checking.sound(`/rewards/${i}`)) checkReward(reward as RewardDocument, `/rewards/${i}`, checking);
  });
  checkPromoCodes(document, checking);
  checkGeofences(document, checking);
  listAt(document, 'offers').forEach((offer, i) => {
    if (checking.sound(`/offers/${i}`)) checkOffer(offer as OfferDocument, `/offers/${i}`, checking);
  });
  listAt(document, 'audiences').forEach((audience, i) => {
    if (checking.sound(`/audiences/${i}`)) checkAudience(audience as AudienceDocument, `/audiences/${i}`, checking);
  });
  listAt(document, 'campaigns').forEach((campaign, i) => {
    checkCampaign(campaign, `/campaigns/${i}`, checking);
  });
}

/** Every pointer at or above a problem. */
function ancestors(list: readonly Problem[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { pointer } of list) {
    for (let end = pointer.length; end > 0; end = pointer.lastIndexOf('/', end - 1)) found.add(pointer.slice(0, end));
  }
  return found;
}
