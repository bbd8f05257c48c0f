/** The load generator as a process of its own: takes a `LoadSpec` as a message, answers with its `LoadResult`. */
import { type LoadSpec, runLoad } from './run.js';

process.on('message', (spec: LoadSpec) => {
  runLoad(spec).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
