/**
 * Where a text stops being JSON. `JSON.parse` says it differently in every version of Node, or not at all; this walks
 * the text again, only after it has failed. Iterative, so that no nesting can exhaust the stack.
 */
export interface JsonError {
  /** Characters before the fault. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly detail: string;
}

type Expecting = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd';

const BAD_STRING = 'a character that may not stand in a string, or a string that never ends';

/** The first fault of `text`; undefined where it is JSON after all. */
export function findJsonError(text: string): JsonError | undefined {
  const open: ('{' | '[')[] = [];
  let expecting: Expecting = 'value';
  let at = 0;
  for (;;) {
    at = skipBlank(text, at);
    if (at >= text.length)
      return open.length === 0 && expecting === 'commaOrEnd' ? undefined : fault(text, at, 'the text ends too early');
    const char = text[at] as string;
    if (expecting === 'commaOrEnd') {
      const top = open.at(-1);
      if (top === undefined) return fault(text, at, `${quoted(char)} after the value, where the text should end`);
      if (char === ',') expecting = top === '{' ? 'key' : 'value';
      else if (char === (top === '{' ? '}' : ']')) open.pop();
      else return fault(text, at, `${quoted(char)} where "," or "${top === '{' ? '}' : ']'}" should be`);
      at++;
    } else if (expecting === 'colon') {
      if (char !== ':') return fault(text, at, `${quoted(char)} where ":" should be`);
      expecting = 'value';
      at++;
    } else if (expecting === 'key' || expecting === 'keyOrEnd') {
      if (char === '}' && expecting === 'keyOrEnd') {
        open.pop();
        expecting = 'commaOrEnd';
        at++;
        continue;
      }
      if (char !== '"') return fault(text, at, `${quoted(char)} where a key in double quotes should be`);
      const end = stringEnd(text, at);
      if (end < 0)
        return fault(text, -end - 1, 'a character that may not stand in a string, or a string that never ends');
      at = end;
      expecting = 'colon';
    } else {
      if (char === ']' && expecting === 'valueOrEnd') {
        open.pop();
        expecting = 'commaOrEnd';
        at++;
        continue;
      }
      if (char === '{' || char === '[') {
        open.push(char);
        expecting = char === '{' ? 'keyOrEnd' : 'valueOrEnd';
        at++;
        continue;
      }
      const end = scalarEnd(text, at);
      if (end < 0 && char === '"') return fault(text, -end - 1, BAD_STRING);
      if (end < 0) return fault(text, -end - 1, `${quoted(text[-end - 1] ?? '')} where a value should be`);
      at = end;
      expecting = 'commaOrEnd';
    }
  }
}

/** The end of the string, number or word at `at`; −(offset of the fault) − 1 where it is none. */
function scalarEnd(text: string, at: number): number {
  if (text[at] === '"') return stringEnd(text, at);
  for (const word of ['true', 'false', 'null']) if (text.startsWith(word, at)) return at + word.length;
  NUMBER.lastIndex = at;
  return NUMBER.test(text) ? NUMBER.lastIndex : -at - 1;
}
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 34) return at + 1;
    if (code < 32) return -at - 1;
    if (code !== 92) continue;
    at++;
    const escaped = text[at] ?? '';
    if (escaped === 'u') {
      if (!/^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5))) return -at - 1;
      at += 4;
    } else if (!'"\\/bfnrt'.includes(escaped) || escaped === '') return -at - 1;
  }
  return -text.length - 1;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text[at] as string)) at++;
  return at;
}

function fault(text: string, offset: number, what: string): JsonError {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  const column = offset - before.lastIndexOf('\n');
  return { offset, line, column, detail: `not JSON: ${what} (line ${line}, column ${column})` };
}

function quoted(char: string): string {
  return char === ''
    ? 'the end'
    : `‘${char.charCodeAt(0) < 32 ? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}` : char}’`;
}
