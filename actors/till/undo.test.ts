/** Sales that were recorded with states of version 1 can be voided as well (DESIGN D8). */
import t from 'tap';
import type { KnownPurchase } from '../customer/history.js';
import { initial } from '../customer/state.js';
import type { Json } from '../event.js';
import { type Part, partsStanding, restoreParts, undoOf } from './undo.js';

const BEHAVIOR = { campaignId: 'c', completions: 0, given: [], rules: [], completed: [], order: 0, absences: [] };
const UNTIL = { level: 'high', until: 1, ends: 1, by: 1, from: null, under: null };
const TIER = {
  system: 'main',
  basis: 'spend',
  level: 'high',
  since: 0,
  untils: [UNTIL],
  dueAt: 1,
  entered: [],
  sums: [],
  byMonth: false,
};
const ACCOUNT = { id: 'stars', lots: [], idle: [{ key: 'k', at: 1, ends: 2, aliveFrom: 3 }] };
const PARTS: readonly (readonly [Part[0], string, Json])[] = [
  ['behavior', 'c', BEHAVIOR],
  ['tier', 'main', TIER],
  ['account', 'stars', ACCOUNT],
  ['tags', '', []],
];

t.test('parts recorded by version 1 are put back, and stand, as they would be now', (t) => {
  const state = initial('c');
  restoreParts(state, PARTS);
  t.same(state.behaviors, [{ ...BEHAVIOR, dropped: [] }]);
  t.same(state.tiers, [{ ...TIER, untils: [{ ...UNTIL, window: null }] }]);
  t.same(state.accounts, [{ ...ACCOUNT, idle: [{ key: 'k', at: 1, ends: 2 }] }]);
  const parts = PARTS.map(([kind, name, part]) => [kind, name, null, part]);
  const outcomes = [{ type: 'sale.kept', data: { undo: { lastPurchaseAt: null, parts } } }];
  const undo = undoOf({ outcomes } as unknown as KnownPurchase);
  t.same(partsStanding(state, undo.parts), undo.parts);
  t.equal(undo.parts.length, 4);
  t.end();
});
