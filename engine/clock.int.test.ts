/** How far ahead of the node's clock an event may be (PROGRAM: Late events). */
import t from 'tap';
import { folder, node, purchase } from './testing/brand.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const AHEAD_MS = 5 * 60_000;

t.test('five minutes in the future an event is taken, a millisecond more is invalid', async (t) => {
  const engine = await node(folder(t), { now: () => NOW, checkpointEveryMs: 3_600_000 });
  const [within, beyond] = await engine.submit(
    [purchase('ann', 'p1', 100, NOW + AHEAD_MS), purchase('ann', 'p2', 100, NOW + AHEAD_MS + 1)],
    'wall',
  );
  t.match(within, { status: 'applied' });
  t.match(beyond, { status: 'invalid', errors: [{ pointer: '/time', code: 'time_in_future' }] });
  await engine.close();
});
