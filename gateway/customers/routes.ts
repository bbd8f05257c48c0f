/** Reading customers: profile, event stream, ledger, offers, explanations (API: Customers). */
import { limits } from '../../actors/limits.js';
import type { Engine, Page, PageRequest } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { queryProblem } from '../call.js';
import { ProblemError } from '../problem.js';
import type { Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import * as docs from './docs.js';
import { shownItem } from './item.js';

type Reader = Pick<Engine, 'profile' | 'store' | 'events' | 'offers' | 'explain'>;
const PAGE_DEFAULT = 50;

export function customerRoutes(engine: Reader): readonly Route[] {
  const list = (tail: string, own: Route['docs'], read: Read): Route => ({
    method: 'GET',
    pattern: `/v1/customers/:id/${tail}`,
    name: `customers.${tail}`,
    scope: 'customers:read',
    docs: own,
    handle: (call) => page(call, read),
  });
  const stream =
    (only?: 'ledger'): Read =>
    async (id, request) => {
      const found = await engine.events(id, request, only);
      return found && { ...found, items: found.items.map(shownItem) };
    };
  return [
    {
      method: 'GET',
      pattern: '/v1/customers/:id',
      name: 'customers.get',
      scope: 'customers:read',
      docs: docs.profile,
      handle: async (call) => {
        call.query();
        const id = customerIdOf(call);
        const profile = await engine.profile(id);
        if (profile === undefined) throw unknownCustomer(id);
        return call.answer(200, profile);
      },
    },
    {
      method: 'GET',
      pattern: '/v1/store',
      name: 'store.get',
      scope: 'customers:read',
      docs: docs.store,
      handle: async (call) => {
        const asked = call.query('customerId').get('customerId');
        const id = asked === null ? undefined : idOf(asked, 'customer id');
        const found = await engine.store(id);
        if (found === undefined) throw unknownCustomer(id!);
        return call.answer(200, found);
      },
    },
    list('events', docs.events, stream()),
    list('ledger', docs.ledger, stream('ledger')),
    list('offers', docs.offers, (id, request) => engine.offers(id, request)),
    {
      method: 'GET',
      pattern: '/v1/customers/:id/explain/:eventId',
      name: 'customers.explain',
      scope: 'customers:read',
      docs: docs.explain,
      handle: async (call) => {
        const query = call.query('level', 'source');
        const level = query.get('level') ?? 'reasons';
        if (level !== 'reasons' && level !== 'full') throw queryProblem('level', '"level" is `reasons` or `full`.');
        const id = customerIdOf(call);
        const eventId = idOf(call.params[1] as string, 'event id');
        const explanation = await engine.explain(id, eventId, level === 'full', query.get('source') ?? undefined);
        if (explanation === 'gone')
          throw new ProblemError('history_gone', `The event "${eventId}" is older than the journal kept.`);
        if (explanation !== undefined) return call.answer(200, explanation);
        if ((await engine.profile(id)) === undefined) throw unknownCustomer(id);
        throw new ProblemError('event_not_found', `"${id}" has no event "${eventId}".`);
      },
    },
  ];
}

/** A page of a customer's; undefined where nobody has heard of them. */
type Read = (customerId: string, request: PageRequest) => Promise<Page<unknown> | undefined>;

async function page(call: Call, read: Read): Promise<Reply> {
  const request = pageOf(call);
  const id = customerIdOf(call);
  const found = await read(id, request);
  if (found === undefined) throw unknownCustomer(id);
  return call.answer(200, { items: found.items, nextCursor: found.nextCursor });
}

function pageOf(call: Call): PageRequest {
  const query = call.query('limit', 'cursor');
  const text = query.get('limit');
  const limit = text === null ? PAGE_DEFAULT : Number(text);
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.pageItemsMax) {
    throw queryProblem('limit', `"limit" is a whole number from 1 to ${limits.pageItemsMax}.`);
  }
  const cursor = query.get('cursor') ?? undefined;
  if (cursor !== undefined && (cursor === '' || cursor.length > CURSOR_CHARACTERS_MAX)) {
    throw new ProblemError('cursor_invalid', 'Use `nextCursor` exactly as it was given.');
  }
  return cursor === undefined ? { limit } : { limit, cursor };
}
const CURSOR_CHARACTERS_MAX = 512;

function customerIdOf(call: Call): string {
  return idOf(call.params[0] as string, 'customer id');
}

/** An id as API.md allows them. */
function idOf(text: string, what: string): string {
  let flawed = text.length === 0 || [...text.slice(0, limits.idCharactersMax * 2 + 1)].length > limits.idCharactersMax;
  for (let at = 0; at < text.length && !flawed; at++) {
    const code = text.charCodeAt(at);
    flawed = code < 32 || (code >= 127 && code < 160);
  }
  if (flawed)
    throw new ProblemError(
      'path_invalid',
      `A ${what} is 1 to ${limits.idCharactersMax} characters, none of them control characters.`,
    );
  return text;
}

function unknownCustomer(id: string): ProblemError {
  return new ProblemError('customer_not_found', `Nothing has been reported about "${id}" yet.`);
}
