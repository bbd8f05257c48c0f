import t from 'tap';
import type { Call } from './call.js';
import { Idempotency } from './idempotency.js';

t.test('of requests that change nothing the newest keys are remembered, and no more', async (t) => {
  const idempotency = new Idempotency({ keptReply: async () => undefined }, 2);
  const answer = async (idempotencyKey: string, text: string, status = 200): Promise<unknown> => {
    const call = { idempotencyKey, isKept: false, route: { handle: async () => ({ status }) } } as unknown as Call;
    const body = new Uint8Array(Buffer.from(text));
    return idempotency.answer(call, body).then(
      () => 'answered',
      ({ code }: { code: string }) => code,
    );
  };
  t.equal(await answer('a', 'one'), 'answered');
  t.equal(await answer('b', 'one'), 'answered');
  t.equal(await answer('a', 'one'), 'answered', 'the same again is answered, and newest then');
  t.equal(await answer('c', 'one'), 'answered');
  t.equal(await answer('a', 'two'), 'idempotency_mismatch');
  t.equal(await answer('c', 'two'), 'idempotency_mismatch');
  t.equal(await answer('b', 'two'), 'answered', 'the oldest was forgotten');
  t.equal(await answer('d', 'one', 422), 'answered');
  t.equal(await answer('d', 'two'), 'answered', 'what was refused was no request of that key');
});
