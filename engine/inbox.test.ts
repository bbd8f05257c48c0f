import t from 'tap';
import { Inbox } from './inbox.js';

t.test('first come first served, and the weight is of what waits', async (t) => {
  const inbox = new Inbox<{ name: number; weight: number }>();
  const out: number[] = [];
  for (let name = 0; name < 200; name++) inbox.push({ name, weight: 2 });
  for (let name = 200; name < 400; name++) {
    out.push(inbox.first!.name);
    inbox.shift();
    inbox.push({ name, weight: 1 });
  }
  t.equal(inbox.weight, 200);
  while (inbox.first !== undefined) {
    out.push(inbox.first.name);
    inbox.shift();
  }
  t.same(
    out,
    Array.from({ length: 400 }, (_, name) => name),
  );
  t.equal(inbox.weight, 0);
});

t.test('drained, it gives what waits and is empty', async (t) => {
  const inbox = new Inbox<{ weight: number }>();
  const works = [{ weight: 1 }, { weight: 2 }, { weight: 3 }];
  for (const work of works) inbox.push(work);
  inbox.shift();
  t.same(inbox.drain(), works.slice(1));
  t.equal(inbox.first, undefined);
  t.equal(inbox.weight, 0);
  inbox.push(works[0]!);
  t.equal(inbox.first, works[0]);
});
