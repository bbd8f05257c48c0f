/** The load generator as a process of its own: takes a `LoadSpec` as a message, answers with its `LoadResult`. */
import { runOpenLoop } from './open-loop.js';
import { type LoadSpec, runLoad } from './run.js';

process.on('message', (spec: LoadSpec) => {
  const { rate } = spec;
  (rate === undefined ? runLoad(spec) : runOpenLoop({ ...spec, rate })).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
