/**
 * The customer's actor: the whole decider as XState actor logic, and the only file that knows XState.
 *
 * It takes two messages: `judge` (an entry: decide, evolve, emit the outcomes as one event) and `replay` (outcomes
 * recorded before: evolve only). Invariants: (1) nothing thrown leaves the logic, which would kill the actor unseen: a
 * `fault` is emitted instead (DESIGN D5); (2) both run to completion within the call; (3) the state is the actor's own and
 * changes in place; after a fault it is good for nothing, and its owner makes the actor anew from what is recorded.
 */
import {
  type Actor,
  type ActorLogic,
  type ActorSystem,
  type ActorSystemInfo,
  type AnyActorRef,
  createActor,
  type EventObject,
  type Snapshot,
} from 'xstate';
import type { Outcome } from '../outcome.js';
import type { Program } from '../program/program.js';
import type { CustomerEntry } from './entry.js';
import { evolve } from './evolve.js';
import type { History } from './history.js';
import { judge } from './judge.js';
import type { SharedLimits } from './shared-limits.js';
import type { CustomerState } from './state.js';

export type CustomerMessage =
  | {
      readonly type: 'judge';
      readonly entry: CustomerEntry;
      readonly program: Program;
      readonly history: History;
      readonly shared: SharedLimits;
    }
  | { readonly type: 'replay'; readonly outcomes: readonly Outcome[] };

export type CustomerEmitted =
  | { readonly type: 'judged'; readonly outcomes: readonly Outcome[] }
  | { readonly type: 'replayed' }
  | { readonly type: 'fault'; readonly fault: unknown };

type CustomerSnapshot = Snapshot<undefined> & {
  readonly status: 'active';
  readonly state: CustomerState | undefined;
};

type CustomerLogic = ActorLogic<
  CustomerSnapshot,
  CustomerMessage,
  CustomerState | undefined,
  ActorSystem<ActorSystemInfo>,
  CustomerEmitted & EventObject
>;

function snapshotOf(state: CustomerState | undefined): CustomerSnapshot {
  return { status: 'active', output: undefined, error: undefined, state };
}

export const customerLogic: CustomerLogic = {
  transition(snapshot, message, scope) {
    try {
      if (message.type === 'judge') {
        const { entry, program, history, shared } = message;
        const { outcomes, state } = judge(snapshot.state, entry, program, history, shared);
        scope.emit({ type: 'judged', outcomes });
        return snapshot.state === state || outcomes.length === 0 ? snapshot : snapshotOf(state);
      }
      if (message.type === 'replay') {
        let { state } = snapshot;
        for (const outcome of message.outcomes) state = evolve(state, outcome);
        scope.emit({ type: 'replayed' });
        return snapshot.state === state ? snapshot : snapshotOf(state);
      }
      return snapshot;
    } catch (fault) {
      scope.emit({ type: 'fault', fault });
      return snapshot;
    }
  },
  getInitialSnapshot: (_scope, state) => snapshotOf(state),
  getPersistedSnapshot: (snapshot) => snapshot,
};

type RosterMessage = { readonly type: 'release'; readonly child: AnyActorRef };

/**
 * The parent of all resident customers. It does nothing but let them go: actors that share a parent share one actor
 * system, which halves what each of them weighs and what waking it costs.
 */
const rosterLogic: ActorLogic<Snapshot<undefined>, RosterMessage> = {
  transition(snapshot, message, scope) {
    if (message.type === 'release') scope.stopChild(message.child);
    return snapshot;
  },
  getInitialSnapshot: () => ({ status: 'active', output: undefined, error: undefined }),
  getPersistedSnapshot: (snapshot) => snapshot,
};
const roster = createActor(rosterLogic).start();

/** What an actor answered last. One for all: an actor answers within the call, and calls do not overlap. */
let answer: CustomerEmitted | undefined;
function listen(emitted: CustomerEmitted): void {
  answer = emitted;
}

/** One resident customer. */
export class CustomerActor {
  readonly #actor: Actor<CustomerLogic>;

  constructor(id: string, state: CustomerState | undefined) {
    this.#actor = createActor(customerLogic, { id, input: state, parent: roster });
    this.#actor.on('*', listen);
    this.#actor.start();
  }

  /** Undefined until the customer's first event has been judged. */
  get state(): CustomerState | undefined {
    return this.#actor.getSnapshot().state;
  }

  /** Lets go of the actor: it answers no more. Call it when the resident leaves memory. */
  release(): void {
    roster.send({ type: 'release', child: this.#actor });
  }

  /** Decides and evolves. After a fault (a defect of this build) let go of this actor: its state may be half changed. */
  judge(
    entry: CustomerEntry,
    program: Program,
    history: History,
    shared: SharedLimits,
  ): { readonly outcomes: readonly Outcome[] } | { readonly fault: unknown } {
    const answered = this.#ask({ type: 'judge', entry, program, history, shared });
    return answered.type === 'judged' ? answered : { fault: faultOf(answered) };
  }

  /** Evolves outcomes recorded before. Throws (a defect) where they cannot be. */
  replay(outcomes: readonly Outcome[]): void {
    const answered = this.#ask({ type: 'replay', outcomes });
    if (answered.type !== 'replayed') throw faultOf(answered);
  }

  #ask(message: CustomerMessage): CustomerEmitted {
    answer = undefined;
    this.#actor.send(message);
    return answer ?? { type: 'fault', fault: new Error('the customer’s actor did not answer') };
  }
}

function faultOf(answered: CustomerEmitted): unknown {
  return answered.type === 'fault' ? answered.fault : new Error(`the customer’s actor answered ${answered.type}`);
}

export function createCustomerActor(id: string, state: CustomerState | undefined): CustomerActor {
  return new CustomerActor(id, state);
}
