/**
 * What conditions, rates and sums see of one event. One is made for each event; what is asked for is worked out then
 * and kept. A purchase can be seen whole, or with what is left of it after returns.
 */
import { type Event, netOf, type PurchaseData } from '../event.js';
import type { CustomerView, LineView, LocalFields, Program, Store, View } from '../program/program.js';
import { localDay } from '../time/calendar.js';
import { formatDate } from '../time/instant.js';
import { localTime } from '../time/zone.js';
import { lineNets } from './paid.js';

/** The parts of an event that depend on its type: amount, units, lines. */
export interface Measured {
  /** Minor units. */
  readonly amount: number | undefined;
  /** Units. */
  readonly quantity: number | undefined;
  readonly lines: readonly LineView[] | undefined;
}

const NOT_MEASURED: Measured = { amount: undefined, quantity: undefined, lines: undefined };
const NO_CATEGORIES: readonly string[] = [];

export class EventView implements View {
  readonly event: Event;
  readonly customer: CustomerView;
  /** Of the customer, else the program's. */
  readonly #zone: string;
  readonly #localZone: string | undefined;
  readonly #program: Program;
  readonly #measured: Measured;
  #local: LocalFields | undefined;

  /** `localZone`: where local times were read in it already, when a purchase is judged again. */
  constructor(
    event: Event,
    measured: Measured,
    customer: CustomerView,
    program: Program,
    zone: string,
    localZone?: string,
  ) {
    this.event = event;
    this.#localZone = localZone;
    this.#measured = measured;
    this.customer = customer;
    this.#program = program;
    this.#zone = zone;
  }

  get amount(): number | undefined {
    return this.#measured.amount;
  }
  get quantity(): number | undefined {
    return this.#measured.quantity;
  }
  get lines(): readonly LineView[] | undefined {
    return this.#measured.lines;
  }
  get storeId(): string | undefined {
    return textAt(this.event.data, 'storeId');
  }
  get channel(): string | undefined {
    return textAt(this.event.data, 'channel');
  }
  get store(): Store | undefined {
    const { storeId } = this;
    return storeId === undefined ? undefined : this.#program.stores.get(storeId);
  }
  /** The same event with one line and nothing else. */
  only(line: LineView): View {
    const measured = { amount: line.amount, quantity: line.quantity, lines: [line] };
    return new EventView(this.event, measured, this.customer, this.#program, this.#zone);
  }
  /** The store's zone, else the customer's, else the program's. */
  get localZone(): string {
    return this.#localZone ?? this.store?.zone ?? this.#zone;
  }
  /** Local day of the event in that zone, since 1970-01-01. */
  get localDay(): number {
    return localDay(this.localZone, this.event.time);
  }
  get local(): LocalFields {
    this.#local ??= localFields(this.localZone, this.event.time);
    return this.#local;
  }
}

/** The view of an event that is neither purchase nor return has nothing measured. */
export function measuredOf(event: Event): Measured {
  return event.type === 'purchase' ? new PurchaseMeasures(event.data as PurchaseData) : NOT_MEASURED;
}

/** A purchase whole. A purchase with only a total has no lines and no quantity. */
class PurchaseMeasures implements Measured {
  readonly amount: number;
  readonly #data: PurchaseData;
  #lines: readonly LineView[] | undefined;

  constructor(data: PurchaseData) {
    this.#data = data;
    this.amount = netOf(data);
  }

  get quantity(): number | undefined {
    const { lines } = this.#data;
    if (lines === undefined || lines.length === 0) return undefined;
    let units = 0;
    for (let i = 0; i < lines.length; i++) units += lines[i]!.quantity;
    return units;
  }

  get lines(): readonly LineView[] | undefined {
    if (this.#lines === undefined && this.#data.lines !== undefined && this.#data.lines.length > 0) {
      this.#lines = lineViews(this.#data);
    }
    return this.#lines;
  }
}

/** The lines of a purchase as conditions see them; `quantities` and `amounts` by place where not all units are left. */
export function lineViews(
  data: PurchaseData,
  quantities?: readonly number[],
  amounts: readonly number[] | undefined = lineNets(data),
): LineView[] {
  const lines = data.lines ?? [];
  const views = new Array<LineView>(lines.length);
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!;
    const quantity = quantities === undefined ? line.quantity : quantities[i]!;
    views[i] = {
      lineId: line.lineId,
      sku: line.sku,
      name: line.name,
      categories: line.categories ?? NO_CATEGORIES,
      quantity,
      unitPrice: line.unitPrice,
      amount: amounts === undefined ? quantity * line.unitPrice : amounts[i]!,
      attributes: line.attributes,
    };
  }
  return views;
}

function localFields(zone: string, time: number): LocalFields {
  const { hour, minute, dayOfWeek } = localTime(zone, time);
  return { hour, minuteOfDay: hour * 60 + minute, dayOfWeek, date: formatDate(localDay(zone, time)) };
}

function textAt(data: unknown, key: 'storeId' | 'channel'): string | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const value = (data as { storeId?: unknown; channel?: unknown })[key];
  return typeof value === 'string' ? value : undefined;
}
