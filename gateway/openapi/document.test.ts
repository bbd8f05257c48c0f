/** Routes, catalogue and document agree. */
import t from 'tap';
import { FakeEngine } from '../fake-engine.js';
import { routesOf } from '../gateway.js';
import { scopes } from '../keys/scope.js';
import { type ProblemCode, ProblemError, problemReply, problems } from '../problem.js';
import { openApiDocument } from './document.js';
import { docsPage } from './page.js';

const routes = routesOf(new FakeEngine());
const document = openApiDocument(routes, '1.2.3');

t.test('every route is in the document, once, with its scope and its replies', async (t) => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  t.equal(operations.length, routes.length);
  t.equal(new Set(operations.map(({ operationId }) => operationId)).size, routes.length);
  for (const operation of operations) {
    t.ok(Object.keys(operation.responses).length > 0, operation.operationId);
    t.ok(operation.summary.length > 5, operation.operationId);
  }
});

t.test(
  'every problem code has its place in the document, and none is there that is not in the catalogue',
  async (t) => {
    const said = new Set(routes.flatMap((route) => route.docs.problems));
    // Said of every endpoint, or of none in particular.
    const general: ProblemCode[] = ['route_not_found', 'method_not_allowed', 'internal', 'storage_failed'];
    for (const code of Object.keys(problems) as ProblemCode[]) t.ok(said.has(code) || general.includes(code), code);
    for (const code of said) t.ok(Object.hasOwn(problems, code), code);
  },
);

t.test('a code is a word that says what it is, with a status that fits', async (t) => {
  for (const [code, { status, title, retryable, mend }] of Object.entries(problems)) {
    t.match(code, /^[a-z]+(_[a-z]+)*$/);
    t.ok(status >= 400 && status < 600, code);
    t.ok(title.length > 10 && mend.length > 10, code);
    t.notMatch(title, /\.$/);
    if (status === 429 || status === 503 || status === 507) t.ok(retryable, code);
    const reply = problemReply(new ProblemError(code as ProblemCode, 'detail'), 'r1');
    t.equal(reply.status, status);
    t.match(JSON.parse(String(reply.body)), {
      type: `/problems/${code}`,
      title,
      status,
      detail: 'detail',
      code,
      retryable,
      requestId: 'r1',
    });
    if (status === 429 || status === 503) t.ok(reply.headers?.includes('Retry-After'), code);
  }
});

t.test('the problem schema lists the catalogue', async (t) => {
  const schema = document.components.schemas.Problem as { properties: { code: { enum: string[] } } };
  t.same(schema.properties.code.enum, Object.keys(problems));
});

t.test('every reference leads somewhere', async (t) => {
  const text = JSON.stringify(document);
  for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g))
    t.ok(document.components.schemas[name as string], String(name));
  t.notMatch(text, /"\$ref":"\w+"/);
  const program = document.components.schemas.Program as { $id: string; $defs: object };
  t.equal(program.$id, '/v1/program/schema', 'its own base, so that its #/$defs hold');
  for (const [, name] of text.matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g))
    t.ok(Object.hasOwn(program.$defs, name as string), String(name));
});

t.test('every scope is asked for somewhere', async (t) => {
  const asked = new Set(routes.map(({ scope }) => scope));
  for (const scope of Object.keys(scopes)) t.ok(asked.has(scope as keyof typeof scopes), scope);
});

t.test('the page shows every endpoint, is small enough to read and needs nothing else', async (t) => {
  const page = docsPage(document);
  for (const path of Object.keys(document.paths)) t.ok(page.includes(`<code>${path}</code>`), path);
  t.notMatch(page, /<(link|img|iframe)|src=|@import|url\(/);
  t.ok(page.length < 1_000_000);
});
