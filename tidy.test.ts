/**
 * The walls of the house, kept by tests: who may import whom, that actors are pure, one importer for each heavy
 * dependency, files one can see whole, and nothing left lying about. Reads the source tree, not the compiled one.
 *
 * Each rule takes files and gives findings, `<file>:<line> …`; each is first shown to find what it is for in sources
 * made up here, so that none can pass by seeing nothing. It is long because those stand beside the rules.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

interface Import {
  readonly from: string;
  readonly line: number;
  /** Erased by the compiler: loads nothing. */
  readonly typeOnly: boolean;
}
interface Source {
  readonly path: string;
  readonly text: string;
  /** The text with comments and the contents of strings blanked; lines stay where they are. */
  readonly code: string;
  readonly imports: readonly Import[];
  /** Tests and what only they use. */
  readonly test: boolean;
}
type Rule = (files: readonly Source[]) => string[];

const LINES_MAX = 300;
const HEADER_LINES = 15;
const FOLDERS = ['actors', 'engine', 'gateway', 'bench'];
const NOT_OURS = new Set(['node_modules', 'dist', 'data', 'results']);

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'";]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|(typeof\s+)?\bimport\(\s*'([^']+)'/gm;

/** What is no code, and the brackets that templates are found by. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|(?<=[=(,:[!&|?;{}\n]\s*|return )\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*|[`{}]/g;
/** The fixed part of a template, from a backtick or the end of a `${…}` on. */
const FIXED = /(?:\\[\s\S]|\$(?!\{)|[^`\\$])*/y;

// ---- rules ------------------------------------------------------------------------------------------------------------
const direction: Rule = (files) =>
  files.flatMap((file) =>
    file.imports.flatMap(({ from, line }) => {
      if (!from.startsWith('.')) return [];
      const target = folderOf(posix.join(posix.dirname(file.path), from));
      const rank = FOLDERS.indexOf(target);
      if (rank >= 0 && rank <= FOLDERS.indexOf(folderOf(file.path))) return [];
      return [`${file.path}:${line} imports ${from}: bench → gateway → engine → actors, and nothing beside them`];
    }),
  );

const testsApart: Rule = (files) => {
  const tests = new Set(files.filter((file) => file.test).map((file) => file.path));
  return files.flatMap((file) =>
    file.imports
      .filter(({ from }) => !file.test && tests.has(targetOf(file, from)))
      .map(({ from, line }) => `${file.path}:${line} imports ${from}, which is for tests`),
  );
};

const noCycles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: Source, trail: readonly string[]): void => {
    const start = trail.indexOf(file.path);
    if (start >= 0) found.push(`${[...trail.slice(start), file.path].join(' → ')} is a cycle`);
    if (start >= 0 || done.has(file.path)) return;
    for (const { from, typeOnly } of file.imports) {
      const next = typeOnly ? undefined : byPath.get(targetOf(file, from));
      if (next !== undefined) visit(next, [...trail, file.path]);
    }
    done.add(file.path);
  };
  for (const file of files) visit(file, []);
  return found;
};

/** Dependency → where its importer may be, one each. */
const SINGLE: Readonly<Record<string, readonly RegExp[]>> = {
  xstate: [/^actors\/customer\/actor\.ts$/, /^engine\/cluster\/life\.ts$/],
  ajv: [/^actors\/program\/declared\.ts$/],
  '@nats-io/transport-node': [/^engine\/cluster\//],
  '@nats-io/jetstream': [/^engine\/cluster\//],
  '@nats-io/kv': [/^engine\/cluster\//],
  lmdb: [/^engine\/storage\/lmdb\.ts$/],
  msgpackr: [/^engine\//],
  'prom-client': [/^engine\//, /^gateway\//],
  ws: [/^gateway\//],
  '@msgpack/msgpack': [/^gateway\//],
  'uWebSockets.js': [/^gateway\//, /^bench\/baseline\//],
};
/** What only calls the server from outside may bring its own client. */
const CALLERS: Readonly<Record<string, RegExp>> = { ws: /^bench\//, '@msgpack/msgpack': /^bench\// };

const singleImporters: Rule = (files) =>
  Object.entries(SINGLE).flatMap(([dependency, places]) => {
    const importers = files.flatMap((file) => {
      const found = file.imports.find(({ from, typeOnly }) => !typeOnly && packageOf(from) === dependency);
      return found === undefined || file.test || CALLERS[dependency]?.test(file.path)
        ? []
        : [{ file, line: found.line }];
    });
    const stray = importers.filter(({ file }) => !places.some((place) => place.test(file.path)));
    const crowded = places.flatMap((place) => importers.filter(({ file }) => place.test(file.path)).slice(1));
    return [...stray, ...crowded].map(({ file, line }) => `${file.path}:${line} is another importer of ${dependency}`);
  });

/** Time, chance, waiting and surroundings; of these also the machine's own time zone and language. */
const IMPURE = new RegExp(
  [
    /\bDate\.now\b|\bnew Date\(\s*\)|\bnew Date\b(?!\()|(?<!new )\bDate\(|\bMath\.random\b|\bperformance\b|\bcrypto\b/,
    /\basync\b|\bawait\b|\bPromise\b|(?<!typeof )\bimport\(|\bset(?:Timeout|Interval|Immediate)\b|\bqueueMicrotask\b/,
    /\bprocess\b|\bconsole\b|\bglobalThis\b|\bfetch\(|\blocaleCompare\b|\btoLocale\w+|\bgetTimezoneOffset\b/,
    /\.[gs]et(?:FullYear|Month|Date|Day|Hours|Minutes|Seconds)\(|\.(?:format|formatToParts)\(\s*\)/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

const pureActors: Rule = (files) =>
  files
    .filter((file) => folderOf(file.path) === 'actors' && !file.test)
    .flatMap((file) => [
      ...file.imports
        .filter(({ from }) => from.startsWith('node:'))
        .map(({ from, line }) => `${file.path}:${line} imports ${from}; actors do no I/O`),
      ...matches(file, file.code, IMPURE).map((at) => `${at}; actors know no time, chance, waiting or surroundings`),
    ]);

const seenWhole: Rule = (files) =>
  files.flatMap((file) => {
    const lines = file.text.trimEnd().split('\n');
    if (lines.length <= LINES_MAX || lines.slice(0, HEADER_LINES).join(' ').includes('long because')) return [];
    return [
      `${file.path}:${lines.length} is longer than ${LINES_MAX}; split it, or say in its header "long because …"`,
    ];
  });

const saysWhatItOwns: Rule = (files) =>
  files
    .filter((file) => !file.test && !/^(#!.*\n)?\/\*\*/.test(file.text))
    .map((file) => `${file.path}:1 does not open with a comment that says what it owns`);

const namedByNoun: Rule = (files) =>
  files
    .filter((file) => /(?:^|[-./])(?:manager|helper|util|common|misc)s?(?:[-./]|$)/i.test(file.path))
    .map((file) => `${file.path}:1 is named by no noun of the house`);

const nothingLeftOver: Rule = (files) =>
  files.flatMap((file) => [
    ...matches(file, file.code, /\b(?:t|test|it|describe)\.(?:only|skip|todo)\(/),
    ...(file.test ? matches(file, file.code, /[{,]\s*(?:(?:only|todo):|skip:\s*(?:true|[,}]))/) : []),
    ...matches(file, file.text, /@ts-(?:ignore|nocheck)|\b(?:TODO|FIXME|XXX)\b/),
  ]);

const noMachine: Rule = (files) =>
  files.flatMap((file) => [
    ...matches(
      file,
      file.text,
      /(?<![\w.*)/])\/(?:work|root|Users|home\/[a-z]+)\/\w|https?:\/\/[^/\s'"]*(?:registry|verdaccio|artifactory|nexus|mirror)/,
    ),
    ...(file.test ? [] : matches(file, file.text, /(?<![\w.*)/])\/tmp\//)),
  ]);

// ---- the tree holds them ------------------------------------------------------------------------------------------------
const root = rootOf(dirname(fileURLToPath(import.meta.url)));
const own = 'tidy.test.ts';
const sources = FOLDERS.flatMap((folder) => walk(folder))
  .filter((path) => path.endsWith('.ts'))
  .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')));
/** All that is kept with them; data, profiles and what else a run leaves in the folder is not. */
const texts = [
  ...[...FOLDERS, 'deploy', '.ci'].flatMap((folder) => walk(folder)),
  ...readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[.A-Z]|\.(?:ts|md|json|ya?ml)$/.test(entry.name) && entry.name !== own)
    .map(({ name }) => name),
].map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')));

holds('files import bench → gateway → engine → actors only', direction, sources);
holds('nothing that ships imports what is for tests', testsApart, sources);
holds('no file imports itself on a detour', noCycles, sources);
holds('each heavy dependency has one importer', singleImporters, sources);
holds('actors are pure', pureActors, sources);
holds('a file can be seen whole, or says why not', seenWhole, sources);
holds('a file opens with what it owns', saysWhatItOwns, sources);
holds('a file is named by its noun', namedByNoun, sources);
holds('no test is left out, no error silenced, nothing left to do', nothingLeftOver, sources);
holds('no file knows the machine it was written on', noMachine, texts);

t.test('every dependency that ships is imported by what ships, and every rule speaks of one that is', (t) => {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const shipped = new Set(
    sources.filter(({ test }) => !test).flatMap(({ imports }) => imports.map(({ from }) => packageOf(from))),
  );
  for (const name of Object.keys(manifest.dependencies)) t.ok(shipped.has(name), `${name} is imported`);
  for (const name of Object.keys(SINGLE)) t.ok(name in manifest.dependencies, `${name} is a dependency`);
  t.end();
});

function holds(name: string, rule: Rule, files: readonly Source[]): void {
  t.test(name, (t) => {
    t.ok(files.length > 0, 'there are files');
    t.same(rule(files), []);
    t.end();
  });
}

// ---- the rules find what they are for --------------------------------------------------------------------------------------
const todo = 'TO' + 'DO';
const FAULTS: [rule: Rule, files: Record<string, string>, finding: string | undefined][] = [
  [direction, { 'actors/a.ts': `import type { B } from '../engine/b.js';` }, 'actors/a.ts:1'],
  [direction, { 'engine/a.ts': `\nexport { b } from '../gateway/b.js';` }, 'engine/a.ts:2'],
  [direction, { 'engine/a.test.ts': `const b = await import('../gateway/b.js');` }, 'engine/a.test.ts:1'],
  [direction, { 'gateway/a.ts': `import x from '../package.json';` }, 'gateway/a.ts:1'],
  [direction, { 'gateway/x/a.ts': `import {\n  b,\n} from '../../engine/b.js';\nimport './c.js';` }, undefined],
  [testsApart, { 'engine/a.ts': `import './b.js';`, 'engine/b.ts': `import t from 'tap';` }, 'engine/a.ts:1'],
  [
    noCycles,
    { 'engine/a.ts': `import './b.js';`, 'engine/b.ts': `import '../engine/a.js';` },
    'engine/a.ts → engine/b.ts → engine/a.ts',
  ],
  [noCycles, { 'engine/a.ts': `import './a.js';` }, 'engine/a.ts → engine/a.ts'],
  [noCycles, { 'engine/a.ts': `import type { B } from './b.js';`, 'engine/b.ts': `import './a.js';` }, undefined],
  [singleImporters, { 'engine/a.ts': `import { createActor } from 'xstate';` }, 'engine/a.ts:1'],
  [singleImporters, { 'engine/a.ts': `import 'lmdb/x';` }, 'engine/a.ts:1'],
  [singleImporters, { 'engine/a.ts': `import type { X } from 'lmdb';` }, undefined],
  [
    singleImporters,
    { 'gateway/a.ts': `const u = await import('uWebSockets.js');`, 'gateway/b.ts': `import 'uWebSockets.js';` },
    'gateway/b.ts:1',
  ],
  [singleImporters, { 'engine/a.ts': `import 'prom-client';`, 'gateway/a.ts': `import 'prom-client';` }, undefined],
  [
    singleImporters,
    { 'gateway/a.ts': `import 'ws';`, 'gateway/a.test.ts': `import 'ws';`, 'bench/b.ts': `import 'ws';` },
    undefined,
  ],
  [pureActors, { 'actors/a.ts': `\nimport { readFileSync } from 'node:fs';` }, 'actors/a.ts:2'],
  [pureActors, { 'actors/a.ts': `const text = \`now \${Date.now()}\`;` }, 'actors/a.ts:1'],
  [pureActors, { 'actors/a.ts': `const r = /['"]/;\nconst d = new Date();` }, 'actors/a.ts:2'],
  [pureActors, { 'actors/a.ts': `const s = \`it's //\${{ a: \`\${Math.random()}\` }} isn't\`;` }, 'actors/a.ts:1'],
  [
    pureActors,
    { 'actors/a.ts': `const s = \`process \${a} /* console\`;\n// */\nconst b = \`\\\`await\`;` },
    undefined,
  ],
  [pureActors, { 'actors/a.ts': `\n\nexport async function f() {}` }, 'actors/a.ts:3'],
  [pureActors, { 'actors/a.ts': `const h = new Date(time).getHours();` }, 'actors/a.ts:1'],
  [pureActors, { 'actors/a.ts': `const id = crypto.randomUUID();` }, 'actors/a.ts:1'],
  [pureActors, { 'actors/a.test.ts': `console.log(process.pid);` }, undefined],
  [
    pureActors,
    { 'actors/a.ts': `// no console\nconst s = 'await';\nnew Date(5);`, 'engine/b.ts': `Date.now();` },
    undefined,
  ],
  [seenWhole, { 'engine/a.ts': '\n'.repeat(LINES_MAX) + 'x' }, `engine/a.ts:${LINES_MAX + 1}`],
  [seenWhole, { 'engine/a.ts': `/** It is long because it is. */${'\n'.repeat(LINES_MAX)}x` }, undefined],
  [saysWhatItOwns, { 'engine/a.ts': `const a = 1;` }, 'engine/a.ts:1'],
  [namedByNoun, { 'engine/lot-manager.ts': '', 'engine/utility.ts': '' }, 'engine/lot-manager.ts:1'],
  [nothingLeftOver, { 'engine/a.test.ts': `\nt.${'only'}('x', () => {});` }, 'engine/a.test.ts:2'],
  [nothingLeftOver, { 'engine/a.test.ts': `t.test('x', { skip: 'slow' }, () => {});` }, 'engine/a.test.ts:1'],
  [nothingLeftOver, { 'engine/a.test.ts': `t.test('x', { skip: process.platform === 'aix' }, () => {});` }, undefined],
  [nothingLeftOver, { 'engine/a.ts': `// @ts-${'ignore'}` }, 'engine/a.ts:1'],
  [nothingLeftOver, { 'engine/a.ts': `// FIX${'ME'} it` }, 'engine/a.ts:1'],
  [nothingLeftOver, { 'engine/a.ts': `view.only(line); // ${todo.toLowerCase()}` }, undefined],
  [nothingLeftOver, { 'engine/a.ts': `// ${todo}: later` }, 'engine/a.ts:1'],
  [noMachine, { 'README.md': `see ${'/wo' + 'rk'}/main` }, 'README.md:1'],
  [
    noMachine,
    { 'package-lock.json': `"resolved": "https://${'regi' + 'stry'}.example.org/x.tgz"` },
    'package-lock.json:1',
  ],
  [noMachine, { 'engine/a.ts': `open('${'/t' + 'mp'}/x')` }, 'engine/a.ts:1'],
  [noMachine, { 'engine/a.test.ts': `open('${'/t' + 'mp'}/x')` }, undefined],
  [noMachine, { 'README.md': 'POST /v1/work/x and https://json-schema.org' }, undefined],
];

t.test('each rule finds its fault and nothing else', (t) => {
  for (const [rule, files, finding] of FAULTS) {
    const found = rule(Object.entries(files).map(([path, text]) => sourceOf(path, text)));
    t.equal(found.length, finding === undefined ? 0 : 1, `${JSON.stringify(files).slice(0, 90)}: ${found.join('; ')}`);
    if (finding !== undefined) t.match(found[0], finding);
  }
  t.end();
});

// ---- reading sources ------------------------------------------------------------------------------------------------------
function sourceOf(path: string, text: string): Source {
  const imports = importsOf(text);
  const forTests = imports.some(({ from }) => from === 'tap' || from === 'fast-check');
  return {
    path,
    text,
    code: codeOf(text),
    imports,
    test: forTests || /\.(?:test|arbitrary)\.ts$|\/testing\//.test(path),
  };
}

function importsOf(text: string): Import[] {
  return [...text.matchAll(IMPORT)].map((match) => ({
    from: (match[2] ?? match[3] ?? match[5])!,
    line: lineAt(text, match.index),
    typeOnly: match[1] !== undefined || match[4] !== undefined,
  }));
}

function codeOf(text: string): string {
  const code: string[] = [];
  const blank = (found: string) => code.push(found.replace(/[^\n]/g, ' '));
  /** Braces open within each `${…}` we are in. */
  const open: number[] = [];
  let at = 0;
  for (;;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    code.push(text.slice(at, token?.index));
    if (token === null) return code.join('');
    const [found] = token;
    at = TOKEN.lastIndex;
    const deep = open.length - 1;
    const resumed = found === '}' && open[deep] === 0;
    if (found === '{' && deep >= 0) open[deep]!++;
    if (found === '}' && deep >= 0) open[deep]!--;
    if (!/^[`{}]$/.test(found)) blank(found);
    else code.push(found);
    if (resumed) open.pop();
    if (!resumed && found !== '`') continue;
    FIXED.lastIndex = at;
    blank(FIXED.exec(text)![0]);
    at = FIXED.lastIndex;
    if (text.startsWith('${', at)) open.push(0);
    const end = text.startsWith('${', at) ? at + 2 : at + 1;
    code.push(text.slice(at, end));
    at = end;
  }
}

function matches(file: Source, text: string, pattern: RegExp): string[] {
  return text.split('\n').flatMap((line, index) => {
    const found = pattern.exec(line);
    return found === null ? [] : [`${file.path}:${index + 1} has "${found[0].trim()}"`];
  });
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function folderOf(path: string): string {
  const [folder = '', ...rest] = path.split('/');
  return rest.length === 0 ? '' : folder;
}

function targetOf(file: Source, from: string): string {
  return from.startsWith('.') ? posix.join(posix.dirname(file.path), from).replace(/\.js$/, '.ts') : from;
}

function packageOf(from: string): string {
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Paths of all files below, from the root on, without what is built, fetched or hidden (but for .ci). */
function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) {
      return NOT_OURS.has(entry.name) || (entry.name.startsWith('.') && entry.name !== '.ci') ? [] : walk(path);
    }
    return entry.isFile() ? [path] : [];
  });
}

function rootOf(folder: string): string {
  return existsSync(join(folder, 'tsconfig.json')) ? folder : rootOf(dirname(folder));
}
