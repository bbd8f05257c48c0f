/** The point of sale: quote, lock, redeem, unlock, void, return (API: Point of sale). */
import type { Json } from '../../actors/event.js';
import { toWire } from '../../actors/outcome.js';
import { readTill } from '../../actors/till/request.js';
import type { TillStep } from '../../actors/till/step.js';
import type { Decision, Engine, KeepOf, KeptReply } from '../../engine/contract.js';
import type { Call } from '../call.js';
import { readDocument } from '../document-body.js';
import { keptReply } from '../kept-reply.js';
import { ProblemError, problemReply } from '../problem.js';
import type { Route } from '../route.js';
import type { Reply } from '../server/http-server.js';
import { DOCS } from './docs.js';

type Till = Pick<Engine, 'till' | 'quote'>;

const STEPS: readonly TillStep[] = ['lock', 'redeem', 'unlock', 'void', 'return'];

export function tillRoutes(engine: Till): readonly Route[] {
  return [
    {
      method: 'POST',
      pattern: '/v1/pos/quote',
      name: 'pos.quote',
      scope: 'pos',
      docs: DOCS.quote,
      handle: (call, body) => {
        if (call.queryText !== '') call.query();
        const { customerId, time, data } = read('quote', call, body);
        const answer = engine.quote(customerId, time!, data);
        return answer instanceof Promise ? answer.then((later) => call.answer(200, later)) : call.answer(200, answer);
      },
    },
    ...STEPS.map(
      (step): Route => ({
        method: 'POST',
        pattern: `/v1/pos/${step}`,
        name: `pos.${step}`,
        scope: 'pos',
        docs: DOCS[step],
        handle: async (call, body) => {
          call.query();
          const { customerId, time, data } = read(step, call, body);
          const keepOf: KeepOf = (decided) => call.keep(() => keptOf(call, decided));
          return replyOf(call, await engine.till(step, customerId, time, data, keepOf));
        },
      }),
    ),
  ];
}

function read(step: TillStep | 'quote', call: Call, body: Uint8Array) {
  const read = readTill(step, readDocument(call.contentType, body));
  if (read.ok) return read;
  const [first, ...more] = read.errors;
  const detail = `${first?.detail ?? 'It is not valid.'}${more.length === 0 ? '' : ` And ${more.length} more, see errors.`}`;
  throw new ProblemError('basket_invalid', detail, { errors: read.errors });
}

/** What a repeat with the same Idempotency-Key is answered; who waits for a repair is asked again. */
function keptOf(call: Call, decision: Decision): KeptReply | undefined {
  return decision.status === 'parked' ? undefined : keptReply(replyOf(call, decision));
}

function replyOf(call: Call, decision: Decision): Reply {
  switch (decision.status) {
    case 'applied': {
      const outcomes = decision.outcomes.map(toWire) as unknown as Json;
      return call.answer(200, { ...(decision.answer as Record<string, Json>), outcomes });
    }
    case 'refused': {
      const { reason, firstEventId, notApplied, net } = decision;
      const isStep = reason === 'transaction_conflict' || reason === 'unexpected_net';
      const members = {
        ...(isStep ? {} : { reason }),
        ...(firstEventId === undefined ? {} : { firstEventId }),
        ...(notApplied === undefined ? {} : { notApplied }),
        ...(net === undefined ? {} : { net }),
      };
      const detail = decision.detail ?? `Refused: ${reason}.`;
      return problemReply(new ProblemError(isStep ? reason : 'event_refused', detail, { members }), call.requestId);
    }
    case 'invalid': {
      const errors = decision.errors.map((error) => ({ ...error, pointer: error.pointer.replace(/^\/data/, '') }));
      return problemReply(
        new ProblemError('basket_invalid', errors[0]?.detail ?? 'It is not valid.', { errors }),
        call.requestId,
      );
    }
    case 'parked':
      return problemReply(
        new ProblemError('customer_parked', 'An earlier event of this customer could not be judged.', {
          retryAfterSeconds: 60,
        }),
        call.requestId,
      );
    default:
      throw new Error(`a step of the till was decided ${decision.status}`);
  }
}
