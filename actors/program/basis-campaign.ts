/**
 * A tier system whose basis is a behavior counts that behavior's completions (PROGRAM: Tiers). They are judged like a
 * campaign's that gives nothing, says nothing of itself and lets its completions fall; this is how it is named, so that
 * no campaign of a document can have its name: ids hold no control characters.
 */
const MARK = '\u0001';

export function basisCampaign(systemId: string): string {
  return MARK + systemId;
}

/** Undefined for a campaign of the document. */
export function basisSystem(campaignId: string): string | undefined {
  return campaignId.startsWith(MARK) ? campaignId.slice(MARK.length) : undefined;
}
