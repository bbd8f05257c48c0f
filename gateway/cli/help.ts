/** Help texts, made from the tables of commands and options. */
import { OPTIONS, type OptionName, variable } from './options.js';

export interface CommandHelp {
  readonly usage: string;
  readonly about: string;
  readonly options: readonly OptionName[];
}

const EVERYWHERE: readonly OptionName[] = ['config', 'json', 'help'];

export function overview(commands: Readonly<Record<string, CommandHelp>>): string {
  const width = Math.max(...Object.values(commands).map(({ usage }) => usage.length));
  const lines = Object.values(commands).map(({ usage, about }) => `  regulars ${usage.padEnd(width)}  ${about}`);
  return [
    "Regulars, the engine that knows a brand's regulars.",
    '',
    ...lines,
    '',
    '`regulars COMMAND --help` lists the options of a command. Every option is also REGULARS_<NAME> in the environment or',
    'a key of regulars.yaml; secrets also REGULARS_<NAME>_FILE. Exit: 0 done, 1 failed, 2 wrong use.',
    '',
  ].join('\n');
}

export function helpOf(command: CommandHelp): string {
  const options = [...command.options, ...EVERYWHERE].map((name): [string, string] => {
    const option = OPTIONS[name] as { help: string; value?: string; default?: unknown; secret?: boolean };
    const left = option.secret ? variable(name) : `--${name}${option.value === undefined ? '' : ` ${option.value}`}`;
    const standard = option.default === undefined ? '' : ` (${String(option.default)})`;
    return [left, option.help + standard];
  });
  const width = Math.max(...options.map(([left]) => left.length));
  return [
    `regulars ${command.usage}`,
    '',
    command.about,
    '',
    ...options.map(([left, help]) => `  ${left.padEnd(width)}  ${help}`),
    '',
  ].join('\n');
}
