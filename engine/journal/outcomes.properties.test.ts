/** Every outcome that points and rewards can cause is journaled so that the fold of what comes back is the state. */
import { deepStrictEqual as deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import t from 'tap';
import { evolve } from '../../actors/customer/evolve.js';
import { ledgerProgram, ledgers, playLedger } from '../../actors/customer/ledger-histories.js';
import type { CustomerState } from '../../actors/customer/state.js';
import type { Sealer } from './entry.js';
import { decodeOutcomes, encodeOutcomes } from './outcomes.js';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
t.comment(`seed ${seed}`);
const plain: Sealer = { seal: (_, bytes) => bytes, open: (_, bytes) => bytes };

t.test('outcomes read back from the journal fold to the state that was judged', async () => {
  fc.assert(
    fc.property(fc.constantFrom('allow' as const, 'clamp' as const), ledgers, (negative, steps) => {
      let entries = 0;
      let folded: CustomerState | undefined;
      playLedger(ledgerProgram(negative), steps, ({ state }, outcomes, { event }) => {
        const position = `0-${++entries}`;
        const bytes = encodeOutcomes(outcomes, event.id, event.time, plain);
        const read = decodeOutcomes(bytes, position, event.subject, event.id, event.time, plain);
        for (const outcome of read) folded = evolve(folded, outcome);
        deepEqual(folded, state);
      });
    }),
    { seed, numRuns: 100 },
  );
});
