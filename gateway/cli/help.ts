/** Help texts, made from the tables of commands and options. */
import { EVERYWHERE, fileSchema, inEnvironment, OPTION_NAMES, type OptionName, optionOf, variable } from './options.js';

export interface CommandHelp {
  /** Words that call it, such as `program validate`. */
  readonly name: string;
  /** What its one argument is called; absent: it takes none. */
  readonly argument?: string;
  readonly about: string;
  /** Beside those of every command. */
  readonly options: readonly OptionName[];
  readonly examples: readonly string[];
}

export function usageOf({ name, argument }: CommandHelp): string {
  return argument === undefined ? name : `${name} ${argument}`;
}

export function overview(commands: readonly CommandHelp[]): string {
  const width = Math.max(...commands.map((command) => usageOf(command).length));
  return [
    "Regulars, the engine that knows a brand's regulars.",
    '',
    ...commands.map((command) => `  regulars ${usageOf(command).padEnd(width)}  ${command.about}`),
    '',
    '`regulars COMMAND --help` shows the options of a command, `regulars help options` all of them; --version the version.',
    'Every option is also REGULARS_<NAME> in the environment or a key of regulars.yaml; secrets also REGULARS_<NAME>_FILE.',
    'A flag goes before the environment, that before the file. Exit: 0 done, 1 failed, 2 wrong use.',
    '',
  ].join('\n');
}

export function helpOf(command: CommandHelp): string {
  return [
    `regulars ${usageOf(command)} [options]`,
    '',
    command.about,
    '',
    ...table([...command.options, ...EVERYWHERE].map((name) => [flagOf(name), helpText(name)])),
    '',
    ...command.examples.map((example) => `  $ ${example}`),
    '',
  ].join('\n');
}

/** `regulars help options`: every option with its variable, or with --json the schema of regulars.yaml. */
export function allOptions(json: boolean): string {
  if (json) return `${JSON.stringify(fileSchema(), null, 2)}\n`;
  return [
    ...table(OPTION_NAMES.map((name) => [flagOf(name), inEnvironment(name) ? variable(name) : '', helpText(name)])),
    '',
  ].join('\n');
}

function flagOf(name: OptionName): string {
  const { value, choices, noFlag } = optionOf(name);
  const takes = value ?? choices?.join('|');
  if (noFlag) return variable(name);
  return takes === undefined ? `--${name}` : `--${name} ${takes}`;
}

function helpText(name: OptionName): string {
  const { help, default: standard, min } = optionOf(name);
  const said = [min === undefined ? '' : `${min} or more`, standard === undefined ? '' : `default ${standard}`];
  const notes = said.filter((note) => note !== '').join(', ');
  return notes === '' ? help : `${help} (${notes})`;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
}
