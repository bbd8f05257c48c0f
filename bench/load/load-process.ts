/** The hand that holds the load generator's process. One run at a time; the process stays, so that it stays warm. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadResult, LoadSpec } from './run.js';

type Answer = { readonly result: LoadResult } | { readonly error: string };

export class LoadProcess {
  private constructor(private readonly child: ChildProcess) {}

  static start(): LoadProcess {
    return new LoadProcess(
      fork(fileURLToPath(new URL('./generator.js', import.meta.url)), { stdio: ['ignore', 2, 2, 'ipc'] }),
    );
  }

  /** Rejects where the generator could not run or died. A server that dies meanwhile is counted, not thrown. */
  run(spec: LoadSpec): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const died = () => reject(new Error('the load generator ended in the middle of a run'));
      this.child.once('exit', died);
      this.child.once('message', (answer: Answer) => {
        this.child.off('exit', died);
        if ('result' in answer) resolve(answer.result);
        else reject(new Error(`the load generator failed: ${answer.error}`));
      });
      this.child.send(spec);
    });
  }

  stop(): void {
    this.child.kill();
  }
}
