import { Packr } from 'msgpackr';
import t from 'tap';
import { fromRow, toRow } from './row.js';
import { EARN, given, programOf, purchase } from './scenario.js';

t.test('a row of another version is refused with what to do', (t) => {
  const { scenario } = given(programOf(), purchase('p', '2026-03-01T10:00:00Z', 1));
  const [, ...rest] = toRow(scenario.state!);
  t.throws(() => fromRow([99, ...rest]), /version 99, this build reads 1: start the version that wrote it/);
  t.end();
});

t.test('the row of a customer with five purchases is small', (t) => {
  const { scenario } = given(
    programOf({ campaigns: [EARN] }),
    ...[1, 2, 3, 4, 5].map((day) => purchase(`p${day}`, `2026-03-0${day}T10:00:00Z`, 1000)),
  );
  const bytes = new Packr({ useRecords: false }).pack(toRow(scenario.state!)).length;
  t.ok(bytes < 350, `${bytes} bytes`);
  t.end();
});
