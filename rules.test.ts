/** The page of rules says what the tests prove: every test it names is there, and it is what the list and the tests make. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { PAGE, pageOf, readTree, root, rulesOf, titlesOf, unproven } from './rules.js';

t.test('every rule is proven by tests that are there', (t) => {
  const { areas, titles } = readTree();
  t.ok(areas.length > 10, 'there are areas');
  for (const { name, rules } of areas) t.ok(rules.length > 0, `${name} has rules`);
  t.same(unproven(areas, titles), []);
  t.end();
});

t.test('no rule is listed twice', (t) => {
  const says = readTree().areas.flatMap(({ rules }) => rules.map((rule) => rule.says));
  t.same(
    says.filter((rule, i) => says.indexOf(rule) !== i),
    [],
  );
  t.end();
});

t.test('the page is up to date; npm run rules writes it anew', (t) => {
  const { areas, titles } = readTree();
  t.ok(readFileSync(join(root(), PAGE), 'utf8') === pageOf(areas, titles));
  t.end();
});

t.test('a list is read, a title is found where it stands, and one that is not there is told', (t) => {
  const areas = rulesOf('# Points\n\nA debt is paid first\n  a debt\n  owed, then paid\na cap clips\n');
  t.same(areas, [
    {
      name: 'Points',
      rules: [
        { says: 'A debt is paid first', titles: ['a debt', 'owed, then paid'] },
        { says: 'a cap clips', titles: ['a cap clips'] },
      ],
    },
  ]);
  const titles = titlesOf(
    new Map([
      ['actors/b.test.ts', "t.test('a debt', () => {});\n// 'owed, then paid'\n"],
      ['actors/a.test.ts', 'const ROWS = [["a debt", 1], [`a cap clips`, 2], "it\\"s"];'],
    ]),
  );
  t.same(titles.get('a debt'), ['actors/a.test.ts', 'actors/b.test.ts']);
  t.same(titles.get('it"s'), ['actors/a.test.ts']);
  t.same(unproven(areas, titles), ['A debt is paid first: owed, then paid']);
  t.match(pageOf(areas, titles), '| a cap clips | ″ | [actors/a.test.ts](../actors/a.test.ts) |');
  t.throws(() => rulesOf('a rule without an area'), /rules\.txt:1/);
  t.throws(() => rulesOf('# Points\n  a title without a rule'), /rules\.txt:2/);
  t.end();
});
