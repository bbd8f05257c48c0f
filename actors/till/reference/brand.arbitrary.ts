/**
 * A brand with random offers and one customer of it, to whom tills sell: the steps of a till through the judge, for
 * properties of whole sales.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { EARN, event, type Reported, Scenario } from '../../customer/scenario.js';
import type { Json } from '../../event.js';
import type { Outcome } from '../../outcome.js';
import { compileProgram } from '../../program/compile.js';
import { validateProgram } from '../../program/validate.js';
import { quoted } from '../quoted.js';
import { stepEventId, type TillData, type TillStep, tillType } from '../step.js';
import { NOW, type RandomBasket } from './baskets.arbitrary.js';
import type { Offer } from './offer.js';

/** Campaigns whose outcomes go when what they count comes back. */
export const FALLING = [
  EARN,
  {
    id: 'of-a',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [
      {
        points: {
          account: 'stars',
          rate: { points: 3, per: 10, of: { lines: { field: 'categories', has: 'a' }, of: 'amount' } },
          multiply: 'tier',
        },
      },
      { points: { account: 'units', rate: { points: 1, per: 2, of: 'quantity' } } },
    ],
    onReturn: 'clawback',
  },
  {
    id: 'each-200',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 200, carry: true } }] },
    outcomes: [{ points: { account: 'units', fixed: 2 } }],
    limits: { total: 100, perCustomer: 7 },
    onReturn: 'clawback',
  },
  {
    id: 'three',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', times: 3 }] },
    outcomes: [{ points: { account: 'stars', fixed: 50 } }, { tag: { add: 'three', for: 'P90D' } }],
    onReturn: 'clawback',
  },
  {
    id: 'spent',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 600 } }] },
    outcomes: [{ points: { account: 'units', fixed: 20 } }, { offer: 'treat' }],
    onReturn: 'clawback',
  },
  {
    id: 'large',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'amount', gte: 400 } }] },
    outcomes: [{ offer: 'treat' }, { tag: { add: 'large' } }],
    limits: { perCustomer: 1, per: { calendar: 'month' } },
    onReturn: 'clawback',
  },
] as const;

/** Campaigns whose outcomes stay at a return, and go only by a void. */
export const STAYING = [
  {
    id: 'tagged',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase' }] },
    outcomes: [{ tag: { add: 'bought', for: 'P30D' } }, { points: { account: 'units', fixed: 3 } }],
  },
  {
    id: 'each-300',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', sum: { of: 'amount', atLeast: 300, carry: true } }] },
    outcomes: [{ points: { account: 'units', fixed: 2 } }],
    limits: { total: 5, budget: { points: 7 } },
  },
  {
    id: 'lifted',
    kind: 'promotion',
    behavior: { all: [{ event: 'purchase', where: { field: 'quantity', gte: 5 } }] },
    outcomes: [{ tier: { system: 'main', level: 'gold' } }],
  },
  {
    id: 'two',
    kind: 'promotion',
    behavior: { sequence: [{ event: 'purchase' }, { event: 'purchase', where: { field: 'amount', gte: 100 } }] },
    outcomes: [{ offer: 'treat' }, { status: { set: 'friend', reason: 'came back' } }],
    limits: { perCustomer: 2 },
  },
] as const;

/** Steps of one till; every answer is what the judge recorded for it. */
export class Brand {
  readonly scenario: Scenario;
  readonly #places = new Map<string, number>();
  #minute = 0;

  constructor(offers: readonly Offer[], campaigns: readonly object[], more: object = {}) {
    const gifts = offers.map(({ id }) => ({
      id: `gift-${id}`,
      kind: 'promotion',
      behavior: { all: [{ event: 'gift', where: { field: 'data.offer', eq: id } }] },
      outcomes: [{ offer: id }],
    }));
    const document = {
      program: 'till',
      currency: 'USD',
      timeZone: 'UTC',
      stores: [{ id: 's-1' }, { id: 's-2' }],
      statuses: [{ id: 'good', default: true }, { id: 'friend' }],
      events: [{ type: 'gift' }, { type: 'nothing' }],
      points: {
        accounts: [{ id: 'stars', expiry: { kind: 'rolling', after: 'P12M', roundUpTo: 'month' } }, { id: 'units' }],
      },
      tiers: [
        {
          id: 'main',
          basis: { points: 'stars' },
          window: { calendar: 'year' },
          onReturn: 'revoke',
          levels: [
            { id: 'member', atLeast: 0 },
            { id: 'silver', atLeast: 60, multiplier: 1.5 },
            { id: 'gold', atLeast: 400, multiplier: 2 },
          ],
        },
      ],
      campaigns: [...campaigns, ...gifts],
      offers: [
        ...offers.map((offer) => ({ kind: 'closedLoop', ...offer })),
        { id: 'treat', kind: 'coupon', validity: { for: 'P30D' } },
      ],
      ...more,
    };
    const validated = validateProgram(document);
    if (!validated.ok) throw new Error(JSON.stringify([validated.errors, document]));
    this.scenario = new Scenario(compileProgram(validated.document, 1));
  }

  /** What is taken of the limits that all customers share. */
  get places(): Record<string, number> {
    return Object.fromEntries([...this.#places].filter(([, by]) => by !== 0));
  }

  #heard(outcomes: readonly Outcome[]): readonly Outcome[] {
    for (const { type, data } of outcomes) {
      if (type !== 'limit.counted') continue;
      const name = `${data.limit} ${data.of}`;
      this.#places.set(name, (this.#places.get(name) ?? 0) + data.by);
    }
    return outcomes;
  }

  /** Every entry has a minute of its own. */
  at(): number {
    return NOW + 60_000 * this.#minute;
  }

  report(type: string, data: unknown): readonly Outcome[] {
    this.#minute++;
    const id = `e${this.#minute}`;
    const named = type === 'purchase' ? { transactionId: id, ...(data as object) } : data;
    return this.#heard(this.scenario.report(event(type, id, new Date(this.at()).toISOString(), named)));
  }

  /** Issues an offer. Returns the issue's id. */
  gift(offer: string): string {
    const issued = this.report('gift', { offer }).find(({ type }) => type === 'offer.issued');
    return (issued!.data as { issueId: string }).issueId;
  }

  basket({ lines, discounts }: RandomBasket, transactionId: string): NonNullable<TillData['basket']> {
    const basket: unknown = { transactionId, storeId: 's-1', channel: 'pos', currency: 'USD', lines, discounts };
    return basket as NonNullable<TillData['basket']>;
  }

  /** The body of a quote at the time of the next entry. It must leave the state as it is. */
  quote(basket: RandomBasket, transactionId: string, more: Partial<TillData> = {}): Record<string, Json> {
    const { state, program, history } = this.scenario;
    const before = structuredClone(state);
    const now = this.at() + 60_000;
    const data = { transactionId, basket: this.basket(basket, transactionId), ...more };
    const asking = { customerId: 'c', state, program, history, shared: this.scenario.shared, data, time: now, now };
    const answer = quoted(asking);
    deepStrictEqual(state, before, 'a quote changes nothing');
    return answer;
  }

  /** Issues held that a sale of the basket would leave alone. */
  free(basket: RandomBasket): string[] {
    const applied = this.quote(basket, 'asking').applied as { issueId: string }[];
    const held = this.scenario.state?.offers ?? [];
    return held.map(({ id }) => id).filter((id) => !applied.some(({ issueId }) => issueId === id));
  }

  /** A step. Its answer; undefined where it was refused. */
  step(step: TillStep, data: TillData): Record<string, Json> | undefined {
    this.#minute++;
    const reported: Reported = {
      event: {
        id:
          step === 'lock' || step === 'unlock'
            ? `e${this.#minute}`
            : stepEventId(step, data.transactionId, data.returnId),
        source: 'pos',
        type: tillType(step),
        subject: 'c',
        time: this.at(),
        data,
      },
    };
    const outcomes = this.#heard(this.scenario.report(reported));
    const answered = outcomes.find((outcome) => outcome.type === 'till.answered');
    return answered?.type === 'till.answered' ? (answered.data.answer as Record<string, Json>) : undefined;
  }

  redeem(basket: RandomBasket, transactionId: string, more: Partial<TillData> = {}): Record<string, Json> {
    return this.step('redeem', { transactionId, basket: this.basket(basket, transactionId), ...more })!;
  }
}
