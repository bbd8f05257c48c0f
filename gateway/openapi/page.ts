/** `/docs`: the OpenAPI document as a page to read. Self-contained: no network, no asset, works from the first byte. */
import { problems } from '../problem.js';
import type { JsonSchema, OpenApi, Operation } from './document.js';
import { Html, html, prose } from './html.js';
import { pageOf } from './page-frame.js';

const DEPTH_MAX = 6;

export function docsPage(document: OpenApi): string {
  const groups = new Map<string, Html[]>();
  const contents = new Map<string, Html[]>();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const group = operation.tags[0] as string;
      groups.set(group, [...(groups.get(group) ?? []), operationCard(document, method, path, operation)]);
      const link = html`<li><a href="#${operation.operationId}"><b class="m ${method}">${method}</b> ${path}</a></li>`;
      contents.set(group, [...(contents.get(group) ?? []), link]);
    }
  }
  const nav = [...contents].map(([group, links]) => html`<h4>${group}</h4><ul>${links}</ul>`);
  const sections = [...groups].map(([group, cards]) => html`<section><h2>${group}</h2>${cards}</section>`);
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) =>
      html`<details class="card" id="schema-${name}"><summary><b>${name}</b> <span>${first(schema)}</span></summary>${schemaView(schema, 0)}</details>`,
  );
  const body = html`
<nav><a class="home" href="#top">Regulars <small>${document.info.version}</small></a>
<input id="find" type="search" placeholder="Find an endpoint" aria-label="Find an endpoint">
${nav}<h4>Reference</h4><ul><li><a href="#problems">Problem codes</a></li><li><a href="#schemas">Schemas</a></li><li><a href="/openapi.json">openapi.json</a></li></ul></nav>
<main id="top"><header><h1>Regulars API</h1>${prose(document.info.description.replaceAll('\n', '\n\n'))}
<pre><code>URL=http://localhost:7300
KEY=…</code></pre></header>
${sections}
<section id="problems"><h2>Problem codes</h2>${problemTable()}</section>
<section id="schemas"><h2>Schemas</h2>${schemas}</section></main>`;
  return pageOf('Regulars API', body);
}

/** `/problems` and `/problems/<code>`: what a problem's `type` points at. */
export function problemsPage(code?: keyof typeof problems): string {
  if (code === undefined)
    return pageOf('Problem codes', html`<main class="alone"><h1>Problem codes</h1>${problemTable()}</main>`);
  const { title, status, retryable, mend } = problems[code];
  return pageOf(
    title,
    html`<main class="alone"><p><a href="/problems">All problem codes</a></p><h1>${title}</h1>
<p><code>${code}</code> · HTTP ${status} · ${retryable ? 'may succeed when repeated' : 'does not succeed unchanged'}</p>${prose(mend)}</main>`,
  );
}

function problemTable(): Html {
  const rows = Object.entries(problems).map(
    ([code, { status, title, retryable, mend }]) =>
      html`<tr><td>${status}</td><td><a href="/problems/${code}"><code>${code}</code></a></td><td>${title}. ${prose(mend)}</td><td>${retryable ? 'yes' : ''}</td></tr>`,
  );
  return html`<div class="wide"><table><thead><tr><th>Status</th><th>Code</th><th>What, and how to mend it</th><th>Retry</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function operationCard(document: OpenApi, method: string, path: string, operation: Operation): Html {
  const { parameters, requestBody, responses } = operation;
  const rows = parameters.map(
    (one) =>
      html`<tr><td><code>${one.name}</code></td><td>${one.in}</td><td>${typeOf(one.schema)}</td><td>${prose(one.description)}</td></tr>`,
  );
  const bodies =
    requestBody === undefined ? [] : Object.keys(requestBody.content).map((type) => html`<code>${type}</code> `);
  const schema = requestBody === undefined ? undefined : Object.values(requestBody.content)[0]?.schema;
  const answers = Object.entries(responses).map(([status, response]) => {
    const content = Object.values(response.content ?? {})[0];
    const example =
      content?.example === undefined
        ? undefined
        : html`<pre><code>${JSON.stringify(content.example, null, 2)}</code></pre>`;
    const shape = content?.schema === undefined ? undefined : html`<div>${typeOf(content.schema)}</div>`;
    return html`<tr><td><b class="s s${status[0] ?? ''}">${status}</b></td><td>${prose(response.description)}${shape}${example}</td></tr>`;
  });
  return html`<article class="card op" id="${operation.operationId}" data-find="${`${method} ${path} ${operation.summary}`.toLowerCase()}">
<h3><b class="m ${method}">${method}</b> <code>${path}</code></h3><p class="lead">${operation.summary}${operation['x-scope'] === undefined ? html` <span class="tag">no key</span>` : html` <span class="tag">scope ${operation['x-scope']}</span>`}</p>
${operation.description === undefined ? '' : prose(operation.description)}
${operation['x-curl'] === undefined ? '' : html`<pre class="curl"><button type="button" class="copy">copy</button><code>${operation['x-curl']}</code></pre>`}
${rows.length === 0 ? '' : html`<h5>Parameters</h5><div class="wide"><table><tbody>${rows}</tbody></table></div>`}
${schema === undefined ? '' : html`<h5>Body</h5><p>${bodies}</p><details><summary>Shape</summary>${schemaView(schema, 0, document)}</details>`}
<h5>Replies</h5><div class="wide"><table><tbody>${answers}</tbody></table></div></article>`;
}

/** A schema in one line. */
function typeOf(schema: JsonSchema): Html {
  const { $ref, type, anyOf } = schema as { $ref?: string; type?: string; anyOf?: readonly JsonSchema[] };
  if ($ref?.startsWith('#/components/schemas/')) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1);
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if ($ref !== undefined) return html`<span class="type">${$ref.slice($ref.lastIndexOf('/') + 1)}</span>`;
  if (schema.const !== undefined) return html`<span class="type">${JSON.stringify(schema.const)}</span>`;
  if (Array.isArray(schema.enum))
    return html`<span class="type">${schema.enum.map((value) => JSON.stringify(value)).join(' | ')}</span>`;
  if (anyOf !== undefined) return new Html(anyOf.map((one) => typeOf(one).text).join(' | '));
  if (type === 'array') return html`list of ${typeOf((schema.items ?? {}) as JsonSchema)}`;
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'pattern', 'format', 'default'].filter(
    (key) => schema[key] !== undefined,
  );
  return html`<span class="type">${type ?? 'anything'}${bounds.length === 0 ? '' : ` (${bounds.map((key) => `${key} ${String(schema[key])}`).join(', ')})`}</span>`;
}

function schemaView(schema: JsonSchema, depth: number, document?: OpenApi): Html {
  const { properties, required, items, anyOf, description, additionalProperties, $defs } = schema as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
    items?: JsonSchema;
    anyOf?: readonly JsonSchema[];
    description?: string;
    additionalProperties?: unknown;
    $defs?: Record<string, JsonSchema>;
  };
  if (depth > DEPTH_MAX) return html`…`;
  const head = html`<div>${typeOf(schema)}${description === undefined ? '' : prose(description)}</div>`;
  if (properties !== undefined) {
    const rows = Object.entries(properties).map(([name, property]) => {
      const optional = required?.includes(name) === true ? '' : html` <i>optional</i>`;
      const inner = isNested(property)
        ? schemaView(property, depth + 1, document)
        : html`${typeOf(property)}${property.description === undefined ? '' : prose(String(property.description))}`;
      return html`<tr><td><code>${name}</code>${optional}</td><td>${inner}</td></tr>`;
    });
    const definitions = Object.entries($defs ?? {}).map(
      ([name, one]) =>
        html`<details><summary><code>${name}</code></summary>${schemaView(one, depth + 1, document)}</details>`,
    );
    const closed = additionalProperties === false ? html`<p><small>Other keys are refused.</small></p>` : '';
    return html`${description === undefined ? '' : prose(description)}<div class="wide"><table><tbody>${rows}</tbody></table></div>${closed}${definitions}`;
  }
  if (items !== undefined && isNested(items)) return html`<p>list of</p>${schemaView(items, depth + 1, document)}`;
  if (anyOf?.some(isNested))
    return html`<p>one of</p>${anyOf.map((one) => html`<div class="one">${schemaView(one, depth + 1, document)}</div>`)}`;
  return head;
}

function isNested(schema: JsonSchema): boolean {
  return (
    schema.properties !== undefined ||
    (schema.items as JsonSchema | undefined)?.properties !== undefined ||
    ((schema.anyOf as readonly JsonSchema[] | undefined)?.some(isNested) ?? false)
  );
}

function first(schema: JsonSchema): string {
  return typeof schema.description === 'string' ? (schema.description.split('. ')[0] ?? '') : '';
}
