/**
 * The life of a node in a cluster, as a statechart: following → claiming → announcing → leading → leaving, and deposed
 * from wherever another node's claim is newer. Only here may a node's role change; what it does in one is `member.ts`.
 */
import { createActor, setup } from 'xstate';

export type Phase = 'following' | 'claiming' | 'announcing' | 'leading' | 'leaving' | 'deposed';

type LifeEvent = { type: 'SILENCE' | 'WON' | 'LOST' | 'ANNOUNCED' | 'OVERTAKEN' | 'STOP' };

const machine = setup({ types: { events: {} as LifeEvent } }).createMachine({
  id: 'node',
  initial: 'following',
  states: {
    /** Another node leads, or nobody yet. */
    following: { on: { SILENCE: 'claiming', STOP: 'leaving' } },
    /** Nobody has been heard for too long: the next epoch is asked for. */
    claiming: { on: { WON: 'announcing', LOST: 'following', STOP: 'leaving' } },
    /** The epoch is this node's; it takes what is left of the log and says so in it. */
    announcing: { on: { ANNOUNCED: 'leading', OVERTAKEN: 'following', STOP: 'leaving' } },
    leading: { on: { OVERTAKEN: 'deposed', STOP: 'leaving' } },
    leaving: { type: 'final' },
    /** Another node leads: what this one holds in memory may be ahead of the log, so it ends and comes back following. */
    deposed: { type: 'final' },
  },
});

export class Life {
  readonly #actor = createActor(machine);

  constructor(moved: (phase: Phase) => void) {
    this.#actor.subscribe((snapshot) => moved(snapshot.value as Phase));
    this.#actor.start();
  }

  get phase(): Phase {
    return this.#actor.getSnapshot().value as Phase;
  }

  /** An event that does not fit the phase changes nothing. */
  tell(type: LifeEvent['type']): void {
    this.#actor.send({ type });
  }
}
