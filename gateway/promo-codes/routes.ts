/** Promo codes: which there are, exported page by page, and the next ones handed out (API: `/v1/promo-codes/{id}/codes`). */
import type { Json } from '../../actors/event.js';
import { limits } from '../../actors/limits.js';
import type { Engine, IssuedNow, KeptReply } from '../../engine/contract.js';
import { type Call, queryProblem } from '../call.js';
import { readDocument } from '../document-body.js';
import { JSON_TYPE } from '../media.js';
import { ProblemError } from '../problem.js';
import { headersNamed, type Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import * as docs from './docs.js';

type Codes = Pick<Engine, 'promoCodes' | 'issueCodes'>;
const PAGE_DEFAULT = 100;
const CSV_TYPE = 'text/csv; charset=utf-8';
/** Codes are as good as money. */
const NO_STORE = ['Cache-Control', 'no-store'];

export function promoCodeRoutes(engine: Codes): readonly Route[] {
  return [
    {
      method: 'GET',
      pattern: '/v1/promo-codes/:id/codes',
      name: 'promo-codes.list',
      scope: 'codes:read',
      ownFormat: true,
      readHead: headersNamed('accept'),
      docs: docs.list,
      handle: (call) => listed(engine, call),
    },
    {
      method: 'POST',
      pattern: '/v1/promo-codes/:id/codes',
      name: 'promo-codes.issue',
      scope: 'codes:issue',
      docs: docs.issue,
      handle: (call, body) => issued(engine, call, body),
    },
  ];
}

async function listed(engine: Codes, call: Call): Promise<Reply> {
  const query = call.query('limit', 'cursor', 'format');
  const text = query.get('limit');
  const limit = text === null ? PAGE_DEFAULT : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.codesPerPageMax)
    throw queryProblem('limit', `"limit" is a whole number from 1 to ${limits.codesPerPageMax}.`);
  const format = query.get('format') ?? (call.headers.get('accept')?.includes('text/csv') === true ? 'csv' : 'json');
  if (format !== 'csv' && format !== 'json') throw queryProblem('format', '"format" is `json` or `csv`.');
  const cursor = query.get('cursor') ?? undefined;
  const id = call.params[0] as string;
  const page = await engine.promoCodes(id, cursor === undefined ? { limit } : { limit, cursor });
  if (page === undefined) throw unknownPromoCode(id);
  const { items, nextCursor } = page;
  if (format === 'json') return call.answer(200, { items, nextCursor }, NO_STORE);
  const next = `<?format=csv&limit=${limit}&cursor=${nextCursor}>; rel="next"`;
  return call.raw(200, CSV_TYPE, csvOf(items, cursor === undefined), [
    ...NO_STORE,
    ...(nextCursor === null ? [] : ['Link', next]),
  ]);
}

/** The first page has the names of the columns, so that the pages after each other are one file. */
function csvOf(items: readonly Record<string, Json>[], isFirst: boolean): string {
  const lines = items.map((item) => Object.values(item).map(cell).join(','));
  if (isFirst && items[0] !== undefined) lines.unshift(Object.keys(items[0]).join(','));
  return lines.map((line) => `${line}\r\n`).join('');
}

function cell(value: Json): string {
  const text = value === null ? '' : String(value);
  return text.includes('"') || text.includes(',') ? `"${text.replaceAll('"', '""')}"` : text;
}

async function issued(engine: Codes, call: Call, body: Uint8Array): Promise<Reply> {
  call.query();
  const count = countOf(readDocument(call.contentType, body));
  const id = call.params[0] as string;
  const answer = await engine.issueCodes(id, count, (given) =>
    call.keep((): KeptReply | undefined => {
      const codes = given();
      if (codes === 'too_few') return undefined;
      return { status: 200, contentType: JSON_TYPE, body: Buffer.from(JSON.stringify(shown(codes))) };
    }),
  );
  if (answer === undefined) throw unknownPromoCode(id);
  if (answer === 'too_few')
    throw new ProblemError('codes_used_up', `Fewer than ${count} codes of "${id.slice(0, 100)}" are left.`);
  return call.answer(200, shown(answer), NO_STORE);
}

function shown({ codes, left }: IssuedNow): Record<string, unknown> {
  return { items: codes.map((code) => ({ code })), left };
}

function countOf(document: unknown): number {
  const isPlain = typeof document === 'object' && document !== null && !Array.isArray(document);
  const count: unknown =
    isPlain && Object.hasOwn(document, 'count') ? (document as { count: unknown }).count : undefined;
  const detail = `Send {"count": n}, a whole number from 1 to ${limits.codesPerIssueMax}, and nothing else.`;
  const isRight =
    typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= limits.codesPerIssueMax;
  if (isRight && Object.keys(document as object).length === 1) return count;
  throw new ProblemError('codes_invalid', detail, { errors: [{ pointer: '/count', code: 'count_invalid', detail }] });
}

function unknownPromoCode(id: string): ProblemError {
  return new ProblemError(
    'promo_code_not_found',
    `The program in force has no promo code "${id.slice(0, 100)}" for this.`,
  );
}
