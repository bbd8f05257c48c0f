/** A process of its own that measures without a server: takes an `InsideOrder` as a message, answers with the facts. */
import { measureActor } from './actor.js';
import { measureCampaigns } from './campaigns.js';
import type { InsideFact, InsideOrder } from './order.js';
import { measureResidents } from './residents.js';

const MEASURES: Record<InsideOrder['what'], (order: InsideOrder) => InsideFact[] | Promise<InsideFact[]>> = {
  actor: measureActor,
  campaigns: measureCampaigns,
  residents: measureResidents,
};

process.once('message', async (order: InsideOrder) => {
  const facts = await MEASURES[order.what](order);
  process.send!(facts);
  process.disconnect();
});
