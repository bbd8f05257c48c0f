/** Whether the log is the one that this node has followed so far: asked before anything is taken from it. */
import type { Led } from './member.js';
import { LogCut, type Wire } from './wire.js';

const OTHER_LOG =
  'it was made anew or restored. Start this node with an empty data folder, or the servers with the log it belongs to';

/** Rejects with LogCut where the log ends before what this node has, or has another record in that place. */
export async function refuseOtherLog(wire: Wire, { record, follower }: Led): Promise<void> {
  const end = await wire.last();
  if (record > end) throw new LogCut(`the log ends at record ${end}, this node has ${record}: ${OTHER_LOG}`);
  if (record === 0) return;
  const there = await wire.read(record);
  if (there === undefined || !follower!.hasNewest(there))
    throw new LogCut(`record ${record} of the log is another one than this node has: ${OTHER_LOG}`);
}
