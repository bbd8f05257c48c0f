/** What a reader of outcomes asks for, checked: the same for WebSocket and server-sent events. */
import { limits } from '../../actors/limits.js';
import { isStreamed, isTakenType, streamedTypes } from '../../actors/program/event-types.js';
import { suggestion } from '../../actors/program/nearest.js';
import type { TailRequest } from '../../engine/contract.js';

export type Filter =
  | { readonly ok: true; readonly request: TailRequest }
  /** `at`: the field or parameter that is wrong. */
  | { readonly ok: false; readonly at: string; readonly detail: string };

const CURSOR_CHARACTERS_MAX = 512;
const TYPES_MAX = 64;

/** `customers`: ids, or `"*"` or absent for all. `types`: `points.earned`, or `points.*`; absent: all. */
export function filterOf(wanted: { customers?: unknown; types?: unknown; after?: unknown }): Filter {
  const { customers, types, after } = wanted;
  let ids: ReadonlySet<string> | undefined;
  if (customers !== undefined && customers !== '*' && customers !== null) {
    if (!isTexts(customers, limits.streamSubscriptionsMax)) {
      return refused(
        'customers',
        `"customers" is "*" or a list of 1 to ${limits.streamSubscriptionsMax} customer ids.`,
      );
    }
    ids = new Set(customers);
  }
  if (types !== undefined && types !== null && !(isTexts(types, TYPES_MAX) && types.every(isPattern))) {
    const detail = '"types" is a list of outcome types such as "points.earned", or "points.*" for all that begin so.';
    return refused('types', detail);
  }
  for (const type of Array.isArray(types) ? (types as string[]) : [])
    if (!isStreamed(type)) return refused('types', unknownType(type));
  if (
    after !== undefined &&
    after !== null &&
    (typeof after !== 'string' || after === '' || after.length > CURSOR_CHARACTERS_MAX)
  ) {
    return refused('after', '"after" is a cursor exactly as it was given.');
  }
  return {
    ok: true,
    request: {
      ...(typeof after === 'string' ? { after } : {}),
      ...(ids === undefined ? {} : { customers: ids }),
      ...(Array.isArray(types) ? { types: types as string[] } : {}),
    },
  };
}

/** Filters of a query string. Commas part the list; a comma inside an id is written `%2C`. */
export function filterOfQuery(queryText: string, lastEventId: string | undefined): Filter {
  const wanted: { customers?: unknown; types?: unknown; after?: unknown } = {};
  for (const part of queryText === '' ? [] : queryText.split('&')) {
    const equals = part.indexOf('=');
    const name = equals < 0 ? part : part.slice(0, equals);
    const value = equals < 0 ? '' : part.slice(equals + 1).replaceAll('+', ' ');
    let values: string[];
    try {
      values = value.split(',').map(decodeURIComponent);
    } catch {
      return refused(name.slice(0, 50), `The parameter "${name.slice(0, 50)}" is not percent-encoded UTF-8.`);
    }
    if (name === 'customers' || name === 'types') {
      const before = wanted[name];
      if (name === 'customers' && value === '*') continue;
      wanted[name] = Array.isArray(before) ? [...before, ...values] : values;
    } else if (name === 'after') wanted.after = values.join(',');
    else {
      const named = name.slice(0, 50);
      return refused(named, `"${named}" is not a parameter of this endpoint. It may be customers, types, after.`);
    }
  }
  if (lastEventId !== undefined) wanted.after = lastEventId;
  return filterOf(wanted);
}

function isTexts(value: unknown, most: number): value is string[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= most &&
    value.every((one) => typeof one === 'string' && one !== '' && one.length <= limits.idCharactersMax * 2)
  );
}

function isPattern(type: string): boolean {
  return /^[a-z_]+(\.[a-z_]+)*(\.\*)?$|^\*$/.test(type);
}

/** Nothing would ever come. */
function unknownType(type: string): string {
  const named = JSON.stringify(type);
  if (isTakenType(type)) return `"types": ${named} is a type of events; here are outcomes, such as "points.earned".`;
  const near = suggestion(type, streamedTypes());
  return `"types": there are no outcomes of type ${named}.${near} Types that a program declares are of events, which are not here.`;
}

function refused(at: string, detail: string): Filter {
  return { ok: false, at, detail };
}
