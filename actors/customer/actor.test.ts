import t from 'tap';
import { createCustomerActor } from './actor.js';
import type { CustomerEntry } from './entry.js';
import { EARN, given, programOf, purchase } from './scenario.js';
import { NOTHING_TAKEN } from './shared-limits.js';

const PROGRAM = programOf({ campaigns: [EARN] });
const { event } = purchase('p', '2026-03-01T10:00:00Z', 1000);
const ENTRY: CustomerEntry = { kind: 'event', position: '0-1', stamp: event.time, event, imported: false };
const NOTHING_KNOWN = {
  transaction: () => undefined,
  purchase: () => undefined,
  locked: () => undefined,
  customer: () => undefined,
  purchaseOf: () => undefined,
  issued: () => undefined,
};

t.test('the actor decides and evolves as the plain functions do', (t) => {
  const { scenario, outcomes } = given(PROGRAM).when(purchase('p', '2026-03-01T10:00:00Z', 1000));
  const actor = createCustomerActor('c', undefined);
  t.equal(actor.state, undefined);
  t.same(actor.judge(ENTRY, PROGRAM, NOTHING_KNOWN, NOTHING_TAKEN), { type: 'judged', outcomes });
  t.same(actor.state, scenario.state);
  t.end();
});

t.test('recorded outcomes are replayed, not decided again', (t) => {
  const { scenario, outcomes } = given(PROGRAM).when(purchase('p', '2026-03-01T10:00:00Z', 1000));
  const actor = createCustomerActor('c', undefined);
  actor.replay(outcomes);
  t.same(actor.state, scenario.state);
  t.same(createCustomerActor('c', scenario.state).state, scenario.state);
  t.end();
});

t.test('a throw is a fault: nothing has changed, and the actor lives', (t) => {
  const actor = createCustomerActor('c', undefined);
  const broken = {
    ...NOTHING_KNOWN,
    transaction: (): never => {
      throw new Error('disk');
    },
  };
  const faulty = actor.judge(ENTRY, PROGRAM, broken, NOTHING_TAKEN);
  t.match(faulty, { fault: { message: 'disk' } });
  t.equal(actor.state, undefined);
  t.ok('outcomes' in actor.judge(ENTRY, PROGRAM, NOTHING_KNOWN, NOTHING_TAKEN));
  const before = actor.state;
  t.throws(() => actor.replay([null as never]));
  t.equal(actor.state, before);
  t.end();
});

t.test('a deadline that finds nothing to do creates nobody', (t) => {
  const actor = createCustomerActor('c', undefined);
  t.same(
    actor.judge({ kind: 'due', position: '0-1', stamp: 1, customerId: 'c' }, PROGRAM, NOTHING_KNOWN, NOTHING_TAKEN),
    {
      type: 'judged',
      outcomes: [],
    },
  );
  t.equal(actor.state, undefined);
  t.end();
});

t.test('an actor that was let go answers with a fault, not with silence', (t) => {
  const actor = createCustomerActor('c', undefined);
  actor.release();
  t.match(actor.judge(ENTRY, PROGRAM, NOTHING_KNOWN, NOTHING_TAKEN), { fault: /did not answer/ });
  t.end();
});
