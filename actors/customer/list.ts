/**
 * Copies of short lists with one item more, less or other. Exactly as long as they need to be: `push` on a copy leaves
 * room for sixteen more, which every customer's state would carry.
 */

/** From so many items on the engine's own copying is faster. */
const LONG = 32;

export function appended<T>(list: readonly T[], item: T): readonly T[] {
  const { length } = list;
  if (length >= LONG) return list.concat([item]);
  const result = new Array<T>(length + 1);
  for (let i = 0; i < length; i++) result[i] = list[i]!;
  result[length] = item;
  return result;
}

export function inserted<T>(list: readonly T[], place: number, item: T): readonly T[] {
  const { length } = list;
  if (place === length) return appended(list, item);
  const result = new Array<T>(length + 1);
  for (let i = 0; i < place; i++) result[i] = list[i]!;
  result[place] = item;
  for (let i = place; i < length; i++) result[i + 1] = list[i]!;
  return result;
}

/** `place` may be the list's length: then the item is appended. */
export function replaced<T>(list: readonly T[], place: number, item: T): readonly T[] {
  if (place === list.length) return appended(list, item);
  const result = list.slice();
  result[place] = item;
  return result;
}
