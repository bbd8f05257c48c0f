/** The index of campaigns by event type. */
import type { CampaignDocument } from './document-campaign.js';
import type { Campaign, View } from './program.js';

const NONE: readonly Campaign[] = [];

export function candidatesOf(
  documents: readonly CampaignDocument[],
  campaigns: readonly Campaign[],
): (view: View) => readonly Campaign[] {
  const byType = new Map<string, Campaign[]>();
  documents.forEach((document, i) => {
    for (const type of new Set(document.behavior.all.map((rule) => rule.event))) {
      const list = byType.get(type);
      if (list === undefined) byType.set(type, [campaigns[i]!]);
      else list.push(campaigns[i]!);
    }
  });
  return (view) => byType.get(view.event.type) ?? NONE;
}
