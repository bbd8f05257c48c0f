import t from 'tap';
import { validateProgram } from '../../actors/program/validate.js';
import { demoHistory } from './history.js';
import { CORNER_COFFEE } from './program.js';

const NOW = Date.parse('2026-03-10T15:00:00Z');

t.test('the program of the demo is valid', (t) => {
  t.same(validateProgram(CORNER_COFFEE), { ok: true, document: CORNER_COFFEE });
  t.end();
});

t.test('the history is the same for the same instant, in order of time, and all of it is past', (t) => {
  const events = demoHistory(NOW);
  t.same(events, demoHistory(NOW));
  t.same(
    events.map(({ time }) => time),
    events.map(({ time }) => time).sort((a, b) => a - b),
  );
  t.ok(events.every(({ time }) => time < NOW));
  t.ok(events.length > 1_000, `${events.length} events`);
  t.end();
});

t.test('no id and no transaction is used twice', (t) => {
  const ids = demoHistory(NOW).map(({ source, id }) => `${source} ${id}`);
  t.equal(new Set(ids).size, ids.length);
  t.end();
});

t.test('people come when the stores are open', (t) => {
  const zones = new Map(CORNER_COFFEE.stores.map(({ id, timeZone }) => [id, timeZone]));
  for (const { type, time, data, subject } of demoHistory(NOW)) {
    if (type !== 'purchase' || subject === 'ann') continue;
    const timeZone = zones.get((data as { storeId: string }).storeId);
    const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit' }).format(time));
    if (hour < 5 || hour > 18) t.fail(`a purchase at ${hour} o'clock, ${timeZone}`);
  }
  t.end();
});
