/** `POST /v1/events`: one event or many in, what became of each out, once it is durable (API: Events). */
import type { Clock, Decision, Engine, KeptReply } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { queryProblem } from '../call.js';
import { JSON_TYPE, MSGPACK_TYPE } from '../media.js';
import { encodeMsgpack } from '../msgpack.js';
import { ProblemError, problemReply } from '../problem.js';
import { rateProblem } from '../rate-problem.js';
import type { Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import { binaryModeHeaders } from './binary-mode.js';
import { decisionValue, invalidValue, writeDecision } from './decision-reply.js';
import { eventDocs } from './docs.js';
import { writer } from './json-writer.js';
import { type Batch, type InvalidItem, readBatch } from './read-batch.js';

interface Options {
  readonly clock: Clock;
  readonly acceptedOnly: boolean;
}
const LIVE: Options = { clock: 'wall', acceptedOnly: false };

export function postEvents(engine: Pick<Engine, 'submit'>): Route {
  return {
    method: 'POST',
    pattern: '/v1/events',
    name: 'events.post',
    scope: 'events:write',
    readHead: binaryModeHeaders,
    docs: eventDocs,
    handle: (call, body) => {
      const options = call.queryText === '' ? LIVE : optionsOf(call);
      const batch = readBatch(call.contentType, call.headers, body, call.by.id);
      const { events } = batch;
      if (batch.single && events.length === 0)
        throw invalidProblem((batch.invalid as readonly InvalidItem[])[0] as InvalidItem);
      const seconds = call.by.events === undefined ? 0 : call.by.events.take(Math.max(1, events.length));
      if (seconds > 0) throw rateProblem(call.by, 'events', seconds);
      if (events.length === 0) return many(call, batch, [], options);
      if (call.keeping !== undefined) return submitKept(engine, call, batch, options);
      return engine
        .submit(events, options.clock)
        .then((decisions) =>
          batch.single ? one(call, batch, decisions, options) : many(call, batch, decisions, options),
        );
    },
  };
}

function optionsOf(call: Call): Options {
  const query = call.query('clock', 'ack');
  const clock = query.get('clock') ?? 'wall';
  const ack = query.get('ack') ?? 'applied';
  if (clock !== 'wall' && clock !== 'event') throw queryProblem('clock', '"clock" is `wall` or `event`.');
  if (ack !== 'applied' && ack !== 'accepted') throw queryProblem('ack', '"ack" is `applied` or `accepted`.');
  if (clock === 'event' && !call.by.may('import')) {
    throw new ProblemError(
      'scope_missing',
      `The key of "${call.by.id}" lacks the scope \`import\`, which ?clock=event needs.`,
    );
  }
  return { clock, acceptedOnly: ack === 'accepted' };
}

/** The reply is made inside the engine, so that it is kept in the very record it answers; what is sent is what is kept. */
async function submitKept(engine: Pick<Engine, 'submit'>, call: Call, batch: Batch, options: Options): Promise<Reply> {
  let reply: Reply | undefined;
  const keep = call.keep((decisions): KeptReply => {
    reply = batch.single ? one(call, batch, decisions, options) : many(call, batch, decisions, options);
    const body = reply.body as string | Uint8Array;
    return {
      status: reply.status,
      contentType: reply.contentType as string,
      body: typeof body === 'string' ? Buffer.from(body) : body,
    };
  });
  const decisions = await engine.submit(batch.events, options.clock, keep);
  return reply ?? (batch.single ? one(call, batch, decisions, options) : many(call, batch, decisions, options));
}

function one(call: Call, batch: Batch, decisions: readonly Decision[], options: Options): Reply {
  const event = batch.events[0] as Batch['events'][number];
  const decision = decisions[0] as Decision;
  switch (decision.status) {
    case 'invalid':
      return problemReply(
        invalidProblem({ id: event.id, source: event.source, line: undefined, errors: decision.errors }),
        call.requestId,
      );
    case 'parked':
      return problemReply(
        new ProblemError('customer_parked', PARKED, {
          members: { id: event.id, source: event.source },
          retryAfterSeconds: 60,
        }),
        call.requestId,
      );
    case 'refused': {
      const { detail: _, ...value } = asMembers(decisionValue(event, decision));
      const detail = decision.detail ?? `Refused: ${decision.reason}.`;
      return problemReply(new ProblemError('event_refused', detail, { members: value }), call.requestId);
    }
    case 'applied':
    case 'ignored':
    case 'duplicate':
      if (options.acceptedOnly) return call.answer(202, { status: 'accepted', position: decision.position });
      if (call.format === 'msgpack') return call.answer(200, decisionValue(event, decision));
      writeDecision(writer, event, decision);
      return call.raw(200, JSON_TYPE, writer.take());
  }
}

function many(call: Call, batch: Batch, decisions: readonly Decision[], options: Options): Reply {
  if (options.acceptedOnly) return manyAccepted(call, batch, decisions);
  const { events, invalid } = batch;
  const count = invalid === undefined ? events.length : invalid.length;
  let next = 0;
  if (call.format === 'msgpack') {
    const results: unknown[] = [];
    for (let at = 0; at < count; at++) {
      const flaw = invalid?.[at];
      if (flaw !== undefined) results.push(invalidValue(flaw));
      else {
        results.push(decisionValue(events[next] as Batch['events'][number], decisions[next] as Decision));
        next++;
      }
    }
    return call.raw(200, MSGPACK_TYPE, encodeMsgpack({ results }));
  }
  writer.raw('{"results":[');
  for (let at = 0; at < count; at++) {
    if (at > 0) writer.raw(',');
    const flaw = invalid?.[at];
    if (flaw !== undefined) writer.value(invalidValue(flaw));
    else {
      writeDecision(writer, events[next] as Batch['events'][number], decisions[next] as Decision);
      next++;
    }
  }
  writer.raw(']}');
  return call.raw(200, JSON_TYPE, writer.take());
}

/** As `many`, without outcomes: what is durable says its position, what is refused or invalid says so as ever. */
function manyAccepted(call: Call, batch: Batch, decisions: readonly Decision[]): Reply {
  const { events, invalid } = batch;
  const results: unknown[] = [];
  let next = 0;
  for (let at = 0; at < (invalid?.length ?? events.length); at++) {
    const flaw = invalid?.[at];
    if (flaw !== undefined) {
      results.push(invalidValue(flaw));
      continue;
    }
    const event = events[next] as Batch['events'][number];
    const decision = decisions[next++] as Decision;
    const durable = decision.status === 'applied' || decision.status === 'ignored' || decision.status === 'duplicate';
    results.push(
      durable
        ? { id: event.id, source: event.source, status: 'accepted', position: decision.position }
        : decisionValue(event, decision),
    );
  }
  return call.answer(202, { results });
}

const PARKED =
  'An earlier event of this customer could not be judged; nothing of theirs is applied until that is mended.';

function invalidProblem(item: InvalidItem): ProblemError {
  const { errors: _, ...members } = asMembers(invalidValue(item));
  const [first, ...more] = item.errors;
  const detail = `${first?.detail ?? 'It is not valid.'}${more.length === 0 ? '' : ` And ${more.length} more, see errors.`}`;
  return new ProblemError('event_invalid', detail, { members, errors: item.errors });
}

/** An item's fields as members of a problem, whose own `status` is the number: the item's is `eventStatus` there. */
function asMembers(item: Record<string, unknown>): Record<string, unknown> {
  const { status, ...rest } = item;
  return { eventStatus: status, ...rest };
}
