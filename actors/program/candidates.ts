/**
 * The index of campaigns: by event type, then by one necessary term of each rule (`necessary.ts`), then by schedule.
 * Ten thousand campaigns that cannot match cost an event a few look-ups and no more.
 *
 * Invariants: (1) a campaign is given whenever any of its rules could count the event; (2) in order of judging, each
 * once; (3) the answer depends on the view alone (what is kept between calls only saves time).
 */
import { rulesOf } from './behavior-rules.js';
import type { CampaignDocument } from './document-campaign.js';
import type { ConditionDocument } from './document-condition.js';
import { type Alternative, alternativesOf, type Term } from './necessary.js';
import { eventPath, linePath, type Reader } from './path.js';
import type { Campaign, LineView, View } from './program.js';
import { TimedList } from './timed-list.js';

const NONE: readonly Campaign[] = [];

/** What is indexed of a campaign. */
type Targeted = Pick<CampaignDocument, 'behavior'> & { readonly target?: { readonly where: ConditionDocument } };

/** `documents` and `campaigns` are the same campaigns, both in order of judging. */
export function candidatesOf(
  documents: readonly Targeted[],
  campaigns: readonly Campaign[],
): (view: View) => readonly Campaign[] {
  const indexes = new Map<string, TypeIndex>();
  for (const [type, entries] of entriesByType(documents, campaigns)) indexes.set(type, new TypeIndex(entries));
  return (view) => {
    const index = indexes.get(view.event.type);
    return index === undefined ? NONE : index.candidates(view);
  };
}

/** One campaign under one event type: for each of its rules of that type, what is necessary. */
interface Entry {
  readonly campaign: Campaign;
  readonly rules: (readonly Alternative[])[];
}

function entriesByType(documents: readonly Targeted[], campaigns: readonly Campaign[]): ReadonlyMap<string, Entry[]> {
  const byType = new Map<string, Entry[]>();
  documents.forEach((document, i) => {
    const campaign = campaigns[i]!;
    const target = alternativesOf(document.target?.where);
    for (const rule of rulesOf(document.behavior)) {
      const entries = byType.get(rule.event) ?? [];
      byType.set(rule.event, entries);
      let entry = entries.at(-1);
      if (entry?.campaign !== campaign) {
        entry = { campaign, rules: [] };
        entries.push(entry);
      }
      entry.rules.push([...alternativesOf(rule.where), ...target]);
    }
  });
  return byType;
}

/** Lists of campaigns by the value of one field. */
interface Field<S> {
  readonly read: Reader<S>;
  readonly lists: ReadonlyMap<unknown, TimedList>;
}

class TypeIndex {
  /** Campaigns with a rule of which nothing necessary can be said. */
  readonly #always: TimedList;
  readonly #fields: readonly Field<View>[];
  readonly #lineFields: readonly Field<LineView>[];
  /** Lists hit by the view being asked about; kept only to save making it. */
  readonly #hits: (readonly Campaign[])[] = [];

  constructor(entries: readonly Entry[]) {
    const popularity = popularityOf(entries);
    const always: Campaign[] = [];
    const fields: Postings = new Map();
    const lineFields: Postings = new Map();
    for (const { campaign, rules } of entries) {
      if (rules.some((alternatives) => alternatives.length === 0)) {
        always.push(campaign);
        continue;
      }
      for (const alternatives of rules) {
        for (const term of rarest(alternatives, popularity)) post(term.line ? lineFields : fields, term, campaign);
      }
    }
    this.#always = new TimedList(always);
    this.#fields = [...fields].map(([path, byValue]) => ({ read: eventPath(path)!.read, lists: listsOf(byValue) }));
    this.#lineFields = [...lineFields].map(([path, byValue]) => ({
      read: linePath(path)!.read,
      lists: listsOf(byValue),
    }));
  }

  candidates(view: View): readonly Campaign[] {
    const { time } = view.event;
    const hits = this.#hits;
    hits.length = 0;
    for (let i = 0; i < this.#fields.length; i++) {
      const field = this.#fields[i]!;
      gather(hits, field.lists, field.read(view), time);
    }
    const lines = view.lines;
    if (lines !== undefined) {
      for (let i = 0; i < this.#lineFields.length; i++) {
        const field = this.#lineFields[i]!;
        for (let j = 0; j < lines.length; j++) gather(hits, field.lists, field.read(lines[j]!), time);
      }
    }
    const always = this.#always.at(time);
    if (hits.length === 0) return always;
    if (always.length > 0) hits.push(always);
    return hits.length === 1 ? hits[0]! : merged(hits);
  }
}

function gather(
  hits: (readonly Campaign[])[],
  lists: ReadonlyMap<unknown, TimedList>,
  value: unknown,
  time: number,
): void {
  if (typeof value !== 'object') {
    const list = lists.get(value);
    if (list !== undefined) hit(hits, list.at(time));
  } else if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const list = lists.get(value[i]);
      if (list !== undefined) hit(hits, list.at(time));
    }
  }
}

function hit(hits: (readonly Campaign[])[], campaigns: readonly Campaign[]): void {
  if (campaigns.length > 0 && !hits.includes(campaigns)) hits.push(campaigns);
}

/** All lists as one, in order of judging, each campaign once. */
function merged(lists: readonly (readonly Campaign[])[]): readonly Campaign[] {
  const all: Campaign[] = [];
  for (let i = 0; i < lists.length; i++) for (let j = 0; j < lists[i]!.length; j++) all.push(lists[i]![j]!);
  all.sort(byIndex);
  let kept = 1;
  for (let i = 1; i < all.length; i++) if (all[i] !== all[kept - 1]) all[kept++] = all[i]!;
  all.length = kept;
  return all;
}

function byIndex(a: Campaign, b: Campaign): number {
  return a.index - b.index;
}

type Postings = Map<string, Map<unknown, Campaign[]>>;

function post(postings: Postings, term: Term, campaign: Campaign): void {
  const byValue = postings.get(term.path) ?? new Map<unknown, Campaign[]>();
  postings.set(term.path, byValue);
  const list = byValue.get(term.value);
  if (list === undefined) byValue.set(term.value, [campaign]);
  else if (list.at(-1) !== campaign) list.push(campaign);
}

function listsOf(byValue: ReadonlyMap<unknown, Campaign[]>): ReadonlyMap<unknown, TimedList> {
  return new Map([...byValue].map(([value, campaigns]) => [value, new TimedList(campaigns)]));
}

/** How many rules name each term: the longer its list would be. */
function popularityOf(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const popularity = new Map<string, number>();
  for (const { rules } of entries) {
    for (const alternatives of rules) {
      for (const alternative of alternatives) {
        for (const term of alternative) popularity.set(keyOf(term), (popularity.get(keyOf(term)) ?? 0) + 1);
      }
    }
  }
  return popularity;
}

/** The alternative whose longest list is shortest; then the one with fewest terms; then the first. */
function rarest(alternatives: readonly Alternative[], popularity: ReadonlyMap<string, number>): Alternative {
  let best = alternatives[0]!;
  let bestLongest = Number.POSITIVE_INFINITY;
  for (const alternative of alternatives) {
    let longest = 0;
    for (const term of alternative) longest = Math.max(longest, popularity.get(keyOf(term))!);
    if (longest < bestLongest || (longest === bestLongest && alternative.length < best.length)) {
      best = alternative;
      bestLongest = longest;
    }
  }
  return best;
}

function keyOf(term: Term): string {
  return `${term.line ? 'line' : 'event'}\n${term.path}\n${typeof term.value}\n${term.value}`;
}
