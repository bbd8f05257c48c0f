/**
 * The page of rules: each rule of the program in one sentence, with the tests that prove it and where they are. What is
 * proven is read from the sources of the tests: a rule names tests (or the row of a table) by their exact titles.
 * `npm run rules` writes `docs/rules.md` from `docs/rules.txt`; `rules.test.ts` holds the page to both.
 *
 * `docs/rules.txt`: `# ` opens an area, a line at the margin is a rule, indented lines are titles that prove it. A rule
 * without any is a title itself.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

const TESTED = ['actors', 'engine', 'gateway'];
const LIST = 'docs/rules.txt';
export const PAGE = 'docs/rules.md';

export interface Rule {
  readonly says: string;
  readonly titles: readonly string[];
}
export interface Area {
  readonly name: string;
  readonly rules: readonly Rule[];
}
/** Title → the files it is in, sorted. */
export type Titles = ReadonlyMap<string, readonly string[]>;

/** What `docs/rules.txt` lists. Throws where a line belongs to nothing. */
export function rulesOf(text: string): Area[] {
  const areas: { name: string; rules: { says: string; titles: string[] }[] }[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.trim();
    const area = areas.at(-1);
    const rule = area?.rules.at(-1);
    if (words === '') continue;
    if (line.startsWith('# ')) areas.push({ name: words.slice(2), rules: [] });
    else if (line.startsWith(' ') && rule !== undefined) rule.titles.push(words);
    else if (!line.startsWith(' ') && area !== undefined) area.rules.push({ says: words, titles: [] });
    else throw new Error(`${LIST}:${index + 1} stands under no ${area === undefined ? 'area' : 'rule'}: ${words}`);
  }
  return areas.map(({ name, rules }) => ({
    name,
    rules: rules.map(({ says, titles }) => ({ says, titles: titles.length === 0 ? [says] : titles })),
  }));
}

/** Comments go unread; a text is taken where it has no gap and no more than one line. */
const TOKEN = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\$\n])*)`/g;

/** Every text of the sources of tests, by path, that could be a title. */
export function titlesOf(sources: ReadonlyMap<string, string>): Titles {
  const titles = new Map<string, string[]>();
  for (const path of [...sources.keys()].sort()) {
    for (const [, single, double, template] of sources.get(path)!.matchAll(TOKEN)) {
      const title = (single ?? double ?? template)?.replace(/\\(.)/g, '$1');
      if (title === undefined) continue;
      const files = titles.get(title) ?? [];
      if (!files.includes(path)) files.push(path);
      titles.set(title, files);
    }
  }
  return titles;
}

/** Rules that name a title which no test has, as `<rule>: <title>`. */
export function unproven(areas: readonly Area[], titles: Titles): string[] {
  return areas.flatMap(({ rules }) =>
    rules.flatMap(({ says, titles: named }) =>
      named.filter((title) => !titles.has(title)).map((title) => `${says}: ${title}`),
    ),
  );
}

/** The page, as Markdown. */
export function pageOf(areas: readonly Area[], titles: Titles): string {
  const count = areas.reduce((sum, { rules }) => sum + rules.length, 0);
  const lines = [
    '# Rules and their tests',
    '',
    `${count} rules of the program, each with the tests that prove it. Written by \`npm run rules\` from \`${LIST}\` and the`,
    'sources of the tests; change those, not this page. ″ is a test named as the rule.',
  ];
  for (const { name, rules } of areas) {
    lines.push('', `## ${name}`, '', '| rule | test | file |', '|---|---|---|');
    for (const { says, titles: named } of rules) {
      const tests = named.map((title) => (title === says ? '″' : cell(title)));
      const files = new Set(named.flatMap((title) => titles.get(title) ?? []));
      const links = [...files].map((path) => `[${path}](../${path})`);
      lines.push(`| ${cell(says)} | ${tests.join('<br>')} | ${links.join('<br>')} |`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return text.replace(/[|<>*_`\\]/g, '\\$&');
}

/** What is in the working tree. */
export function readTree(): { readonly areas: Area[]; readonly titles: Titles } {
  const paths = TESTED.flatMap(walk).filter((path) => path.endsWith('.test.ts'));
  const sources = new Map(paths.map((path) => [path, readFileSync(join(root(), path), 'utf8')]));
  return { areas: rulesOf(readFileSync(join(root(), LIST), 'utf8')), titles: titlesOf(sources) };
}

export function root(folder = dirname(fileURLToPath(import.meta.url))): string {
  return existsSync(join(folder, 'tsconfig.json')) ? folder : root(dirname(folder));
}

function walk(folder: string): string[] {
  return readdirSync(join(root(), folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { areas, titles } = readTree();
  const missing = unproven(areas, titles);
  for (const line of missing) process.stderr.write(`no test is named so: ${line}\n`);
  if (missing.length > 0) process.exitCode = 1;
  else writeFileSync(join(root(), PAGE), pageOf(areas, titles));
}
