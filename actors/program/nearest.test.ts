import t from 'tap';
import { nearest, suggestion } from './nearest.js';

t.test('a misspelt word finds the known one nearest to it', async (t) => {
  const known = ['campaigns', 'currency', 'timeZone', 'tiers', 'rfm'];
  for (const [word, found] of [
    ['campagins', 'campaigns'],
    ['campaign', 'campaigns'],
    ['timezone', 'timeZone'],
    ['Tier', 'tiers'],
    ['rmf', 'rfm'],
    ['wholly-else', undefined],
    ['xyz', undefined],
    ['', undefined],
  ] as const) {
    t.equal(nearest(word, known), found, word);
  }
});

t.test('a very long word is not compared at all', async (t) => {
  t.equal(nearest('a'.repeat(100_000), ['a'.repeat(100_000)]), undefined);
});

t.test('nothing is suggested where nothing is near', async (t) => {
  t.equal(suggestion('pizza', ['amount']), '');
  t.equal(suggestion('amuont', ['amount']), ' Did you mean amount?');
});
