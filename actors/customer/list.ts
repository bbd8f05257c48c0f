/** Items put into lists in place, and lists that share theirs replaced. */

/** `place` from 0 to the list's length. */
export function insert<T>(list: T[], place: number, item: T): void {
  list.push(item);
  for (let i = list.length - 1; i > place; i--) list[i] = list[i - 1]!;
  list[place] = item;
}

/** A copy with the item at `place`, which may be the list's length. */
export function replaced<T>(list: readonly T[], place: number, item: T): readonly T[] {
  const result = list.slice();
  result[place] = item;
  return result;
}
