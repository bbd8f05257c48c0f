/** `POST /v1/events`: one event or many in, what became of each out, once it is durable (API: Events). */
import type { Event } from '../../actors/event.js';
import type { Clock, Decision, Engine, EventSource, KeptReply } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { queryProblem } from '../call.js';
import { keptReply } from '../kept-reply.js';
import { JSON_TYPE, MSGPACK_TYPE } from '../media.js';
import { ProblemError, problemReply } from '../problem.js';
import { rateProblem } from '../rate-problem.js';
import type { Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import { type Batch, InvalidItem, readBatch } from './batch.js';
import { binaryModeHeaders } from './binary-mode.js';
import { decisionValue, invalidValue, writeDecision } from './decision-reply.js';
import { eventDocs } from './docs.js';
import { writer } from './json-writer.js';
import { JsonResults, MsgpackResults, type Results } from './results.js';

interface Options {
  readonly clock: Clock;
  readonly acceptedOnly: boolean;
}
const LIVE: Options = { clock: 'wall', acceptedOnly: false };

export function postEvents(engine: Pick<Engine, 'take'>): Route {
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
      const answer = answerOf(call, batch, options.acceptedOnly);
      if (call.by.events !== undefined) {
        batch.read();
        const seconds = call.by.events.take(Math.max(1, batch.count));
        if (seconds > 0) throw rateProblem(call.by, 'events', seconds);
      }
      const keep = call.keep(() => keptOf(answer));
      return engine.take(answer, options.clock, keep).then(() => {
        if (answer.failed !== undefined) throw answer.failed;
        return answer.reply();
      });
    },
  };
}

function answerOf(call: Call, batch: Batch, acceptedOnly: boolean): ManyAnswer | OneAnswer {
  if (!batch.single) return new ManyAnswer(call, batch, acceptedOnly);
  const item = batch.next() as Event | InvalidItem;
  if (item instanceof InvalidItem) throw invalidProblem(item);
  return new OneAnswer(call, item, acceptedOnly);
}

/**
 * The reply is made inside the engine, so that it is kept in the very record it answers. Where a customer waits for a
 * repair nothing is kept: once it is mended a repeat tells what became of the event.
 */
function keptOf(answer: ManyAnswer | OneAnswer): KeptReply | undefined {
  return answer.failed !== undefined || answer.anyParked ? undefined : keptReply(answer.reply());
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

/** A list: each item's result is written as it is decided. */
class ManyAnswer implements EventSource {
  failed: unknown;
  anyParked = false;
  readonly #results: Results;
  #body: Uint8Array | undefined;

  constructor(
    private readonly call: Call,
    private readonly batch: Batch,
    private readonly acceptedOnly: boolean,
  ) {
    this.#results = call.format === 'msgpack' ? new MsgpackResults() : new JsonResults();
  }

  get count(): number {
    return this.batch.count;
  }

  next(): Event | undefined {
    try {
      for (;;) {
        const item = this.batch.next();
        if (item === undefined) {
          this.#body = this.#results.end();
          return undefined;
        }
        if (!(item instanceof InvalidItem)) return item;
        this.#results.invalid(item);
      }
    } catch (error) {
      this.failed = error;
      return undefined;
    }
  }

  decided(event: Event, decision: Decision): void {
    if (decision.status === 'parked') this.anyParked = true;
    if (this.acceptedOnly && 'position' in decision && decision.status !== 'refused') {
      const { id, source } = event;
      this.#results.value({ id, source, status: 'accepted', position: decision.position });
    } else this.#results.decision(event, decision);
  }

  paused(): void {
    this.#results.pause();
  }

  reply(): Reply {
    const type = this.call.format === 'msgpack' ? MSGPACK_TYPE : JSON_TYPE;
    return this.call.raw(this.acceptedOnly ? 202 : 200, type, this.#body);
  }
}

/** One event: its reply is made as it is decided. */
class OneAnswer implements EventSource {
  readonly count = 1;
  failed: unknown;
  anyParked = false;
  #event: Event | undefined;
  #reply: Reply | undefined;

  constructor(
    private readonly call: Call,
    event: Event,
    private readonly acceptedOnly: boolean,
  ) {
    this.#event = event;
  }

  next(): Event | undefined {
    const event = this.#event;
    this.#event = undefined;
    return event;
  }

  decided(event: Event, decision: Decision): void {
    this.anyParked = decision.status === 'parked';
    this.#reply = one(this.call, event, decision, this.acceptedOnly);
  }

  paused(): void {}

  reply(): Reply {
    return this.#reply as Reply;
  }
}

function one(call: Call, event: Event, decision: Decision, acceptedOnly: boolean): Reply {
  switch (decision.status) {
    case 'invalid':
      return problemReply(
        invalidProblem(new InvalidItem(event.id, event.source, undefined, decision.errors)),
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
      if (acceptedOnly) {
        const { id, source } = event;
        return call.answer(202, { id, source, status: 'accepted', position: decision.position });
      }
      if (call.format === 'msgpack') return call.answer(200, decisionValue(event, decision));
      writeDecision(writer, event, decision);
      return call.raw(200, JSON_TYPE, writer.take());
  }
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
