import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { fileSchema, inFile, OPTION_NAMES, type OptionName, optionOf, UsageError } from './options.js';
import { parseOptions } from './parse-options.js';

const folder = mkdtempSync(join(tmpdir(), 'regulars-options-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string, content: string): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};
const YAML = file(
  'regulars.yaml',
  'port: 7303\nserver: node\ndemo: true\ncors-origins: [https://a.example, https://b.example]\n',
);
const SECRET = file('key', 'from a file\n');

t.test('a value comes from flag, else environment, else file, else default', (t) => {
  const table: [wanted: number, args: string[], environment: Record<string, string>][] = [
    [7300, [], {}],
    [7303, ['--config', YAML], {}],
    [7303, [], { REGULARS_CONFIG: YAML }],
    [7302, ['--config', YAML], { REGULARS_PORT: '7302' }],
    [7303, ['--config', YAML], { REGULARS_PORT: '' }],
    [7301, ['--config', YAML, '--port', '7301'], { REGULARS_PORT: '7302' }],
    [7301, ['--port=7301'], { REGULARS_PORT: '7302' }],
    [7305, ['--port', '7304', '--port', '7305'], {}],
  ];
  for (const [wanted, args, environment] of table) {
    t.equal(parseOptions(args, environment).number('port'), wanted, `${args.join(' ')} ${JSON.stringify(environment)}`);
  }
  t.end();
});

t.test('every type of option is read from every place', (t) => {
  const from = parseOptions(['--config', YAML], { REGULARS_CLOSE: '1' });
  t.equal(from.text('server'), 'node');
  t.equal(from.flag('demo'), true);
  t.equal(from.flag('close'), true);
  t.equal(from.flag('json'), false);
  t.same(from.list('cors-origins'), ['https://a.example', 'https://b.example']);
  t.same(parseOptions(['--cors-origins', 'a, b'], {}).list('cors-origins'), ['a', 'b']);
  t.equal(parseOptions(['--demo=false', '--config', YAML], {}).flag('demo'), false);
  t.same(parseOptions(['serve', '--', '--demo'], {}).words, ['serve', '--demo']);
  t.equal(parseOptions(['-h'], {}).flag('help'), true);
  t.end();
});

t.test('a secret is read from the variable, else from the file that the other variable names', (t) => {
  t.equal(parseOptions([], { REGULARS_ROOT_KEY_FILE: SECRET }).text('root-key'), 'from a file');
  t.equal(parseOptions([], { REGULARS_ROOT_KEY: 'said', REGULARS_ROOT_KEY_FILE: SECRET }).text('root-key'), 'said');
  t.equal(parseOptions(['--key', 'flag'], { REGULARS_KEY: 'said' }).text('key'), 'flag');
  t.equal(parseOptions([], {}).text('root-key'), undefined);
  t.end();
});

t.test('given says whether somebody set it, flags which were given as flags', (t) => {
  const options = parseOptions(['--port', '7300'], { REGULARS_HOST: '::1' });
  t.same([options.given('port'), options.given('host'), options.given('data')], [true, true, false]);
  t.same(options.flags, ['port']);
  t.end();
});

t.test('wrong use is named with its mend', (t) => {
  const table: [message: RegExp, args: string[], environment?: Record<string, string>][] = [
    [/there is no --prot\. Did you mean port\?/, ['--prot', '1']],
    [/there is no --constructor\./, ['--constructor', '1']],
    [/there is no --__proto__\./, ['--__proto__=1']],
    [/there is no -p; options are written --name/, ['-p', '1']],
    [/--port takes a whole number from 0 to 65535, not "x"/, ['--port', 'x']],
    [/--port takes a whole number from 0 to 65535, not ""/, ['--port=']],
    [/--port takes a whole number from 0 to 65535, not "-1"/, ['--port', '-1']],
    [/--port takes a whole number from 0 to 65535, not "65536"/, ['--port', '65536']],
    [/--batch takes a whole number from 1 to 10000, not "0"/, ['--batch', '0']],
    [/--keep-journal-days takes a whole number from 31 /, ['--keep-journal-days', '30']],
    [/--data is empty/, ['--data=']],
    [/--port takes N$/, ['--port']],
    [/--data takes DIR, not --demo; if that is the value, write --data=--demo/, ['--data', '--demo']],
    [/--server takes auto or uws or node, not "apache"/, ['--server', 'apache']],
    [/--demo takes true or false, not "yes"/, ['--demo=yes']],
    [
      /--root-key would show in the list of processes; set REGULARS_ROOT_KEY or REGULARS_ROOT_KEY_FILE/,
      ['--root-key', 'k'],
    ],
    [/REGULARS_PORT takes a whole number/, [], { REGULARS_PORT: 'tcp://10.0.0.1:7300' }],
    [/REGULARS_DAAT is no option\. Did you mean REGULARS_DATA\?/, [], { REGULARS_DAAT: '/data' }],
    [/REGULARS_ROOT_KEY_FILE cannot be read/, [], { REGULARS_ROOT_KEY_FILE: join(folder, 'none') }],
    [/REGULARS_KEY_FILE names an empty file/, [], { REGULARS_KEY_FILE: file('empty', '\n') }],
    [/there is no option prot\. Did you mean port\?/, ['--config', file('a.yaml', 'prot: 1')]],
    [/there is no option config\./, ['--config', file('b.yaml', 'config: other.yaml')]],
    [/b2\.yaml: port takes a whole number from 0 to 65535, not \[1\]/, ['--config', file('b2.yaml', 'port: [1]')]],
    [/must be a map of options/, ['--config', file('c.yaml', '- port')]],
    [/c2\.yaml cannot be read/, ['--config', file('c2.yaml', 'port: [')]],
    [/none\.yaml cannot be read/, ['--config', join(folder, 'none.yaml')]],
  ];
  for (const [message, args, environment] of table) {
    t.throws(() => parseOptions(args, environment ?? {}), { name: UsageError.name, message });
  }
  t.end();
});

t.test('what others put into the environment under the same prefix is not taken for an option', (t) => {
  const kubernetes = {
    REGULARS_SERVICE_HOST: '10.0.0.1',
    REGULARS_PORT_7300_TCP_ADDR: '10.0.0.1',
    REGULARS_VERSION: '1',
  };
  t.equal(parseOptions([], kubernetes).given('host'), false);
  t.end();
});

t.test('the schema of regulars.yaml names every option that may stand there', (t) => {
  const { properties } = fileSchema() as { properties: Record<string, unknown> };
  t.same(Object.keys(properties), OPTION_NAMES.filter(inFile));
  t.match(properties.port, { type: 'integer', minimum: 0, maximum: 65_535, default: 7300 });
  t.match(properties.server, { enum: ['auto', 'uws', 'node'] });
  t.match(properties.demo, { type: 'boolean' });
  t.match(properties['cors-origins'], { type: 'array' });
  t.end();
});

t.test('every default is a value that its option takes', (t) => {
  for (const name of OPTION_NAMES as readonly OptionName[]) {
    const standard = optionOf(name).default;
    if (standard !== undefined) t.doesNotThrow(() => parseOptions([`--${name}=${standard}`], {}), name);
  }
  t.end();
});
