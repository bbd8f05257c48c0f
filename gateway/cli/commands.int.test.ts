import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { COMMANDS } from './commands.js';
import { EVERYWHERE, OPTION_NAMES, optionOf, variable } from './options.js';
import { PROGRAM, regulars, temporary } from './running.js';

t.setTimeout(120_000);

t.test('help lists every command, and of each command every option', async (t) => {
  const { code, out } = await regulars(['help']);
  t.equal(code, 0);
  for (const { name } of COMMANDS) t.match(out, `regulars ${name}`);
  t.notMatch(out, /simulate|backtest|bench/, 'what is not there yet is not listed');
  await Promise.all(
    COMMANDS.map(async ({ name, options }) => {
      const [flag, word] = await Promise.all([
        regulars([...name.split(' '), '--help']),
        regulars(['help', ...name.split(' ')]),
      ]);
      t.equal(flag.code, 0);
      t.equal(flag.out, word.out, `${name} --help is help ${name}`);
      for (const option of [...options, ...EVERYWHERE]) {
        t.match(flag.out, `  ${optionOf(option).noFlag ? variable(option) : `--${option}`} `, `${name}: ${option}`);
        t.match(flag.out, optionOf(option).help);
      }
    }),
  );
});

t.test('every option belongs to a command', (t) => {
  const used = new Set([...COMMANDS.flatMap(({ options }) => options), ...EVERYWHERE, 'version']);
  t.same(
    OPTION_NAMES.filter((name) => !used.has(name)),
    [],
  );
  t.end();
});

t.test('help options lists all of them with their variables, or as the schema of regulars.yaml', async (t) => {
  const [words, schema] = await Promise.all([regulars(['help', 'options']), regulars(['help', 'options', '--json'])]);
  t.match(words.out, /--keep-journal-days N +REGULARS_KEEP_JOURNAL_DAYS /);
  t.match(JSON.parse(schema.out), { title: 'regulars.yaml', additionalProperties: false });
});

t.test('wrong use exits with 2 and says how to do it right', async (t) => {
  const table: [message: RegExp, ...args: string[]][] = [
    [/^Regulars, the engine/],
    [/there is no command srve\. Did you mean serve\?/, 'srve'],
    [/there is no command constructor\./, 'constructor'],
    [/there is no command program\. Did you mean program validate\?/, 'program'],
    [/use: regulars replay FILE\[\.gz\]/, 'replay'],
    [/use: regulars program validate FILE/, 'program', 'validate'],
    [/use: regulars backup DIR/, 'backup'],
    [/use: regulars restore DIR/, 'restore'],
    [/use: regulars unpark CUSTOMER/, 'unpark'],
    [/use: regulars verify \("more" is too much\)/, 'verify', 'more'],
    [/--port means nothing to regulars verify/, 'verify', '--port', '1'],
    [/there is no --prot\. Did you mean port\?/, 'serve', '--prot', '1'],
    [/--cluster needs REGULARS_NODE_KEY/, 'serve', '--cluster', 'nats://localhost'],
    [/--role shard: this version knows only the role all/, 'serve', '--role', 'shard'],
    [/--demo listens on loopback only/, 'serve', '--demo', '--host', '0.0.0.0'],
    [/--demo brings its own data and program; leave --data out/, 'serve', '--demo', '--data', 'x'],
    [/--clock takes wall or event/, 'replay', 'x', '--clock', 'sun'],
    [/nothing\.ndjson is not there/, 'replay', 'nothing.ndjson'],
    [/--url takes an address/, 'replay', 'x', '--url', 'localhost:7300'],
    [/the program cannot be read/, 'program', 'validate', 'nothing.yaml'],
  ];
  await Promise.all(
    table.map(async ([message, ...args]) => {
      const { code, out, err } = await regulars(args);
      t.equal(code, 2, args.join(' '));
      t.match(err, message);
      t.equal(out, '');
    }),
  );
  const { code, err } = await regulars(['import', 'close', '--data', 'nowhere'], { REGULARS_ROOT_KEY: '' });
  t.equal(code, 2);
  t.match(err, /no key: set REGULARS_KEY or REGULARS_KEY_FILE/);
});

t.test('version is said', async (t) => {
  const { code, out } = await regulars(['--version']);
  t.equal(code, 0);
  t.match(out, /^\d+\.\d+\.\d+\n$/);
});

t.test('program validate: ok with counts, or every problem with its line', async (t) => {
  const folder = temporary(t);
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const good = write('good.yaml', PROGRAM);
  const valid = await regulars(['program', 'validate', good]);
  t.equal(valid.code, 0, valid.err);
  t.equal(valid.out, `${good}: ok: 1 campaigns, 0 offers, 1 points accounts, 0 tier systems\n`);

  const bad = write(
    'bad.yaml',
    PROGRAM.replace('America/New_York', 'America/New_Yrok').replace('kind: promotion', 'knd: promotion'),
  );
  const invalid = await regulars(['program', 'validate', bad]);
  t.equal(invalid.code, 1);
  const lines = invalid.out.trimEnd().split('\n');
  t.ok(
    lines.some((line) => line.startsWith(`${bad}:3: /timeZone `)),
    invalid.out,
  );
  t.ok(
    lines.some((line) => line.startsWith(`${bad}:10: /campaigns/0/knd `)),
    invalid.out,
  );

  const json = JSON.parse((await regulars(['program', 'validate', bad, '--json'])).out);
  t.match(json, { valid: false, errors: [{ line: Number, pointer: String, code: String, detail: String }] });

  const broken = await regulars(['program', 'validate', write('broken.yaml', 'program: a\nprogram: b\n')]);
  t.equal(broken.code, 1);
  t.match(broken.out, /broken\.yaml:2: \/ unparseable: /);

  const asJson = '{\n\t"program": "a",\n\t"currency": "EUR",\n\t"timeZone": "Europe/Paris",\n\t"campaings": []\n}\n';
  const misspelt = await regulars(['program', 'validate', write('program.json', asJson)]);
  t.equal(misspelt.code, 1);
  t.match(misspelt.out, /program\.json:5: \/campaings /);

  const bomb = [
    'a: &a [1,1,1,1,1,1,1,1,1,1]',
    ...'bcdefg'.split('').map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcdef'[i]}`)}]`),
  ];
  const bombed = await regulars(['program', 'validate', write('bomb.yaml', bomb.join('\n'))]);
  t.equal(bombed.code, 1);
  t.match(bombed.out, /unparseable: .*alias/i);
});
