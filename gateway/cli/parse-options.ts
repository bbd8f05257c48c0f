/**
 * From arguments, environment and `regulars.yaml` to the value of each option. A value is taken from the first that has
 * it: flag, environment (`REGULARS_<NAME>`, for secrets then `REGULARS_<NAME>_FILE`), the file given by --config
 * (`./regulars.yaml` if there is one), default. What nobody knows is an error that names the nearest known.
 */
import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { nearest, suggestion } from '../../actors/program/nearest.js';
import {
  inEnvironment,
  inFile,
  isOption,
  OPTION_NAMES,
  type OptionName,
  optionOf,
  UsageError,
  variable,
} from './options.js';

export interface Parsed {
  /** Words that are no options: the command and its arguments. */
  readonly words: readonly string[];
  /** Options given as flags. */
  readonly flags: readonly OptionName[];
  text(name: OptionName): string | undefined;
  number(name: OptionName): number | undefined;
  list(name: OptionName): readonly string[] | undefined;
  flag(name: OptionName): boolean;
  /** Whether somebody set it (it is not the default). */
  given(name: OptionName): boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;
type Value = string | number | boolean | readonly string[];

const DEFAULT_FILE = 'regulars.yaml';

/** Throws UsageError. */
export function parseOptions(args: readonly string[], environment: Environment): Parsed {
  const { words, flags } = readArguments(args);
  refuseMisspelt(environment);
  const file = readConfig(flags.get('config') ?? fromEnvironment('config', environment)?.value);
  const values = new Map<OptionName, Value>();
  const given = new Set<OptionName>();
  for (const name of OPTION_NAMES) {
    const flag = flags.get(name);
    const said =
      flag === undefined ? (fromEnvironment(name, environment) ?? file.get(name)) : { value: flag, where: `--${name}` };
    if (said === undefined) {
      const standard = optionOf(name).default;
      if (standard !== undefined) values.set(name, standard);
      continue;
    }
    given.add(name);
    values.set(name, checked(name, said));
  }
  return {
    words,
    flags: [...flags.keys()],
    text: (name) => values.get(name) as string | undefined,
    number: (name) => values.get(name) as number | undefined,
    list: (name) => values.get(name) as readonly string[] | undefined,
    flag: (name) => values.get(name) === true,
    given: (name) => given.has(name),
  };
}

function readArguments(args: readonly string[]): { words: string[]; flags: Map<OptionName, string> } {
  const flags = new Map<OptionName, string>();
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--') {
      words.push(...args.slice(i + 1));
      break;
    }
    if (arg === '-h') flags.set('help', 'true');
    else if (!arg.startsWith('-') || arg === '-') words.push(arg);
    else if (!arg.startsWith('--')) throw new UsageError(`there is no ${arg}; options are written --name. See --help.`);
    else {
      const equals = arg.indexOf('=');
      const name = flagNamed(equals < 0 ? arg.slice(2) : arg.slice(2, equals));
      if (equals >= 0) flags.set(name, arg.slice(equals + 1));
      else if (optionOf(name).type === 'flag') flags.set(name, 'true');
      else flags.set(name, valueAfter(name, args[++i]));
    }
  }
  return { words, flags };
}

function flagNamed(text: string): OptionName {
  if (!isOption(text)) throw new UsageError(`there is no --${text}.${suggestion(text, OPTION_NAMES)} See --help.`);
  if (optionOf(text).noFlag) {
    throw new UsageError(
      `--${text} would show in the list of processes; set ${variable(text)} or ${variable(text)}_FILE instead`,
    );
  }
  return text;
}

function valueAfter(name: OptionName, next: string | undefined): string {
  const { value, choices } = optionOf(name);
  const takes = `--${name} takes ${value ?? choices?.join('|') ?? 'a value'}`;
  if (next === undefined) throw new UsageError(takes);
  if (next.startsWith('--'))
    throw new UsageError(`${takes}, not ${next}; if that is the value, write --${name}=${next}`);
  return next;
}

interface Said {
  readonly value: unknown;
  /** For errors: as the user wrote the name. */
  readonly where: string;
}

function fromEnvironment(name: OptionName, environment: Environment): (Said & { value: string }) | undefined {
  if (!inEnvironment(name)) return undefined;
  const where = variable(name);
  const value = environment[where];
  if (value !== undefined && value !== '') return { value, where };
  const file = optionOf(name).secret ? environment[`${where}_FILE`] : undefined;
  if (file === undefined || file === '') return undefined;
  let secret: string;
  try {
    secret = readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${where}_FILE cannot be read: ${(error as Error).message}`);
  }
  if (secret === '') throw new UsageError(`${where}_FILE names an empty file: ${file}`);
  return { value: secret, where: `${where}_FILE` };
}

/** Only what is nearly one of ours: others may use the prefix too (Kubernetes does for a service of this name). */
function refuseMisspelt(environment: Environment): void {
  const known = OPTION_NAMES.filter(inEnvironment).flatMap((name) =>
    optionOf(name).secret ? [variable(name), `${variable(name)}_FILE`] : [variable(name)],
  );
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('REGULARS_') || known.includes(name)) continue;
    const short = name.slice('REGULARS_'.length);
    // Only secrets are read from files named so; others name a file themselves or need none.
    const stem = known.find((variable) => name === `${variable}_FILE`)?.slice('REGULARS_'.length);
    const near =
      stem ??
      nearest(
        short,
        known.map((variable) => variable.slice('REGULARS_'.length)),
      );
    if (near !== undefined) throw new UsageError(`${name} is no option. Did you mean REGULARS_${near}?`);
  }
}

function readConfig(path: string | undefined): ReadonlyMap<OptionName, Said> {
  const from = path ?? DEFAULT_FILE;
  const options = new Map<OptionName, Said>();
  if (path === undefined && !existsSync(from)) return options;
  let content: unknown;
  try {
    content = parse(readFileSync(from, 'utf8')) ?? {};
  } catch (error) {
    throw new UsageError(`${from} cannot be read: ${(error as Error).message.split('\n')[0]}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new UsageError(`${from} must be a map of options, such as "port: 7300"`);
  for (const [key, value] of Object.entries(content)) {
    if (!isOption(key) || !inFile(key))
      throw new UsageError(`${from}: there is no option ${key}.${suggestion(key, OPTION_NAMES.filter(inFile))}`);
    options.set(key, { value, where: `${from}: ${key}` });
  }
  return options;
}

function checked(name: OptionName, { value, where }: Said): Value {
  const option = optionOf(name);
  switch (option.type) {
    case 'text':
      return textOf(option.choices, value, where);
    case 'list':
      return listOf(value, where);
    case 'number':
      return numberOf(option.min ?? 0, option.max ?? Number.MAX_SAFE_INTEGER, value, where);
    case 'flag':
      if (value === true || value === 'true' || value === '1') return true;
      if (value === false || value === 'false' || value === '0') return false;
      throw new UsageError(`${where} takes true or false, not ${JSON.stringify(value)}`);
  }
}

function textOf(choices: readonly string[] | undefined, value: unknown, where: string): string {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new UsageError(`${where} takes text, not ${JSON.stringify(value)}`);
  const text = String(value);
  if (text === '') throw new UsageError(`${where} is empty`);
  if (choices !== undefined && !choices.includes(text))
    throw new UsageError(`${where} takes ${choices.join(' or ')}, not ${JSON.stringify(text)}`);
  return text;
}

function listOf(value: unknown, where: string): readonly string[] {
  const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item !== ''))
    throw new UsageError(`${where} takes a list, parted by commas, not ${JSON.stringify(value)}`);
  return items;
}

function numberOf(min: number, max: number, value: unknown, where: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max) return number;
  const bounds = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  throw new UsageError(`${where} takes a whole number ${bounds}, not ${JSON.stringify(value)}`);
}
