import { execFile } from 'node:child_process';
import t from 'tap';

const MODULE = JSON.stringify(new URL('./shutdown.js', import.meta.url).href);

/** Runs `code` in a process of its own with a Shutdown that says on standard output what it logs. */
function run(code: string, ...flags: string[]): Promise<{ code: number | string; out: string }> {
  const whole = `
    import { Shutdown } from ${MODULE};
    const say = (event, details) => console.log(event, details?.error ?? '');
    const shutdown = new Shutdown({ info: say, warn: say, error: say });
    setTimeout(() => {}, 10_000);
    ${code}`;
  return new Promise((resolve) => {
    execFile(process.execPath, [...flags, '--input-type=module', '-e', whole], (error, out) =>
      resolve({ code: error?.code ?? 0, out }),
    );
  });
}

t.test('what nobody foresaw is logged and ends the process with 1', async (t) => {
  const thrown = await run("setTimeout(() => { throw new Error('thrown'); }, 1);");
  t.same(thrown, { code: 1, out: 'crashed thrown\n' });
  const rejected = await run("Promise.reject(new Error('rejected'));");
  t.same(rejected, { code: 1, out: 'crashed rejected\n' });
  const warned = await run("Promise.reject(new Error('rejected'));", '--unhandled-rejections=warn');
  t.same(warned, { code: 1, out: 'crashed rejected\n' });
  const bare = await run('Promise.reject();');
  t.same(bare, { code: 1, out: 'crashed undefined\n' });
});

t.test('what was opened is closed newest first, once', async (t) => {
  const ended = await run(
    `shutdown.atEnd(() => console.log('first opened'));
     shutdown.atEnd(() => new Promise((done) => setTimeout(() => { console.log('last opened'); done(); }, 20)));
     process.kill(process.pid, 'SIGTERM');`,
  );
  t.same(ended, { code: 0, out: 'stopping \nlast opened\nfirst opened\n' });
});

t.test('a step that fails ends it with 1', async (t) => {
  const failed = await run(
    `shutdown.atEnd(() => { throw new Error('stuck'); });
     process.kill(process.pid, 'SIGINT');`,
  );
  t.same(failed, { code: 1, out: 'stopping \nstop_failed stuck\n' });
});
