import t from 'tap';
import { Gate } from './gate.js';

t.test('waiters pass when their record is durable, earlier records first', (t) => {
  const gate = new Gate(3);
  const passed: string[] = [];
  const waiter = (name: string) => ({ opened: () => passed.push(name), failed: () => passed.push('failed ' + name) });
  gate.pass(3, waiter('at once'));
  gate.pass(6, waiter('six'));
  gate.pass(4, waiter('four'));
  gate.pass(5, waiter('five'));
  t.same(passed, ['at once']);
  gate.open(5);
  t.same(passed, ['at once', 'four', 'five']);
  gate.open(4);
  gate.open(6);
  t.same(passed, ['at once', 'four', 'five', 'six']);
  t.end();
});

t.test('after a failure nobody passes any more, not even for what was durable', async (t) => {
  const gate = new Gate(1);
  const waiting = gate.wait(2);
  gate.fail(new Error('fsync failed'));
  await t.rejects(waiting, { message: 'fsync failed' });
  gate.open(2);
  await t.rejects(gate.wait(2), { message: 'fsync failed' });
  t.notOk(gate.isOpen(1));
});
