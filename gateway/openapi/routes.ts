/** The API's own description: `/openapi.json`, `/docs`, `/problems/…`. Made once; needs no key and no network. */
import { isProblemCode, ProblemError, problems } from '../problem.js';
import type { Route, RouteDocs } from '../route.js';
import { type OpenApi, openApiDocument } from './document.js';
import { docsPage, problemsPage } from './page.js';
import { PAGE_HEADERS } from './page-frame.js';

const HTML_TYPE = 'text/html; charset=utf-8';

/** `described`: the routes the document is about; these own ones are added. */
export function openApiRoutes(described: readonly Route[], version: string): readonly Route[] {
  let made: { text: string; page: string } | undefined;
  const document = (): { text: string; page: string } => {
    if (made === undefined) {
      const openApi: OpenApi = openApiDocument([...described, ...routes], version);
      made = { text: JSON.stringify(openApi), page: docsPage(openApi) };
    }
    return made;
  };
  const page = (pattern: string, name: string, docs: RouteDocs, handle: Route['handle']): Route => ({
    method: 'GET',
    pattern,
    name,
    scope: undefined,
    ownFormat: true,
    docs,
    handle,
  });
  const routes: readonly Route[] = [
    page('/', 'home', docsOf('The way in', 302, 'To `/docs`.'), (call) =>
      call.raw(302, undefined, undefined, ['Location', '/docs']),
    ),
    page(
      '/openapi.json',
      'openapi',
      docsOf('This API as OpenAPI 3.1', 200, 'The document.', 'application/json'),
      (call) => call.raw(200, 'application/json', document().text, ['Access-Control-Allow-Origin', '*']),
    ),
    page('/docs', 'docs', docsOf('This API as a page', 200, 'The page.', 'text/html'), (call) =>
      call.raw(200, HTML_TYPE, document().page, PAGE_HEADERS),
    ),
    page('/problems', 'problems', docsOf('All problem codes', 200, 'The page.', 'text/html'), (call) =>
      call.raw(200, HTML_TYPE, problemsPage(), PAGE_HEADERS),
    ),
    page(
      '/problems/:code',
      'problem',
      { ...docsOf('What a problem code means', 200, 'The page.', 'text/html'), problems: ['problem_not_found'] },
      (call) => {
        const code = call.params[0] as string;
        if (!isProblemCode(code))
          throw new ProblemError(
            'problem_not_found',
            `There is no code "${code.slice(0, 50)}". There are ${Object.keys(problems).length}.`,
          );
        return call.raw(200, HTML_TYPE, problemsPage(code), PAGE_HEADERS);
      },
    ),
  ];
  return routes;
}

function docsOf(summary: string, status: number, description: string, mediaType?: string): RouteDocs {
  return {
    group: 'This API',
    summary,
    replies: { [status]: { description, ...(mediaType === undefined ? {} : { mediaType }) } },
    problems: [],
  };
}
