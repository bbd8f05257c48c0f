/**
 * A process in which a send goes to many customers and which kills itself in the middle (SIGKILL); used by
 * sends.int.test.ts. Arguments: data folder, after how many outcomes of the run it dies. Purchases go on meanwhile.
 */
import { node, purchase } from './brand.js';
import { sendDocument } from './send-brand.js';

const [dataDir, dieAfter] = process.argv.slice(2) as [string, string];

if (dataDir !== undefined && dieAfter !== undefined) {
  const engine = await node(dataDir, { checkpointEveryMs: 20 });
  const tail = engine.tail({ types: ['tag.added'] });
  if (engine.program!.version === 1) await engine.publish(sendDocument(), 'test');
  let seen = 0;
  const watch = async (): Promise<void> => {
    for (;;) {
      const { deliveries } = await tail.next(1_000, new AbortController().signal);
      seen += deliveries.length;
      if (seen >= Number(dieAfter)) process.kill(process.pid, 'SIGKILL');
    }
  };
  const write = async (): Promise<void> => {
    for (let n = 0; ; n++) {
      const now = Date.now();
      await engine.submit([purchase(`customer-${(n * 7919) % 6_000}`, `live-${process.pid}-${n}`, 100, now)], 'wall');
    }
  };
  await Promise.all([watch(), write()]);
}
