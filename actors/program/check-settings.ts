/** Checks beyond shape of what campaigns stand on: ids, statuses, stores, declared events, tiers, RFM. */
import type { Checking } from './check-campaign.js';
import { checkGroups } from './check-group.js';
import { checkTier } from './check-tier.js';
import { checkDeclaredSchema } from './declared.js';
import type { RfmDocument, StoreDocument } from './document.js';
import { isTakenType } from './event-types.js';
import { isPlain, listAt, textAt } from './names.js';
import { at, type Problems, shown } from './problem.js';

export function checkSettings(document: unknown, checking: Checking): void {
  const { problems } = checking;
  checkUnique(listAt(document, 'stores'), '/stores', 'id', problems);
  checkUnique(listAt(document, 'statuses'), '/statuses', 'id', problems);
  checkUnique(listAt(document, 'events'), '/events', 'type', problems);
  checkUnique(listAt(document, 'points', 'accounts'), '/points/accounts', 'id', problems);
  checkUnique(listAt(document, 'tiers'), '/tiers', 'id', problems);
  checkUnique(listAt(document, 'campaigns'), '/campaigns', 'id', problems);
  checkUnique(listAt(document, 'offers'), '/offers', 'id', problems);
  checkUnique(listAt(document, 'rewards'), '/rewards', 'id', problems);
  checkUnique(listAt(document, 'promoCodes'), '/promoCodes', 'id', problems);
  checkUnique(listAt(document, 'audiences'), '/audiences', 'id', problems);
  checkStatuses(listAt(document, 'statuses'), problems);
  checkBases(listAt(document, 'campaigns'), problems);
  checkGroups(listAt(document, 'campaigns'), problems);
  listAt(document, 'stores').forEach((store, i) => {
    if (checking.sound(`/stores/${i}`)) checkStore(store as StoreDocument, `/stores/${i}`, problems);
  });
  listAt(document, 'events').forEach((event, i) => {
    checkEvent(event, `/events/${i}`, problems);
  });
  listAt(document, 'tiers').forEach((tier, i) => {
    checkUnique(listAt(tier, 'levels'), `/tiers/${i}/levels`, 'id', problems);
    checkTier(tier, `/tiers/${i}`, checking);
  });
  if (isPlain(document) && document.rfm !== undefined && checking.sound('/rfm'))
    checkRfm(document.rfm as RfmDocument, problems);
}

function checkUnique(items: readonly unknown[], pointer: string, key: 'id' | 'type', problems: Problems): void {
  const seen = new Map<string, number>();
  items.forEach((item, i) => {
    const id = textAt(item, key);
    if (id === undefined) return;
    const before = seen.get(id);
    if (before === undefined) seen.set(id, i);
    else
      problems.add(
        `${pointer}/${i}/${key}`,
        'duplicate_id',
        `${shown(id)} is already the ${key} of ${pointer}/${before}; give it another.`,
      );
  });
}

function checkStatuses(statuses: readonly unknown[], problems: Problems): void {
  if (statuses.length === 0) return;
  const marked = statuses.flatMap((status, i) => (isPlain(status) && status.default === true ? [i] : []));
  if (marked.length === 0)
    problems.add('/statuses', 'no_default_status', 'Mark the status of new customers with default: true.');
  for (const i of marked.slice(1)) {
    problems.add(
      `/statuses/${i}/default`,
      'many_default_statuses',
      `Only one status is the default, and /statuses/${marked[0]} is.`,
    );
  }
}

function checkBases(campaigns: readonly unknown[], problems: Problems): void {
  const marked = campaigns.flatMap((campaign, i) => (isPlain(campaign) && campaign.base === true ? [i] : []));
  for (const i of marked.slice(1)) {
    problems.add(
      `/campaigns/${i}/base`,
      'many_bases',
      `Only one campaign is the base, and /campaigns/${marked[0]} is.`,
    );
  }
}

function checkStore(store: StoreDocument, pointer: string, problems: Problems): void {
  if ((store.latitude === undefined) === (store.longitude === undefined)) return;
  const missing = store.latitude === undefined ? 'latitude' : 'longitude';
  problems.add(at(pointer, missing), 'half_a_place', 'A place is a latitude and a longitude; give both or neither.');
}

function checkEvent(event: unknown, pointer: string, problems: Problems): void {
  const type = textAt(event, 'type');
  if (type !== undefined && isTakenType(type)) {
    problems.add(
      at(pointer, 'type'),
      'type_taken',
      `${type} is a built-in type; choose another name, as ${shown(`my.${type}`)}.`,
    );
  }
  if (isPlain(event) && event.data !== undefined) checkDeclaredSchema(event.data, at(pointer, 'data'), problems);
}

function checkRfm(rfm: RfmDocument, problems: Problems): void {
  for (const key of ['recencyDays', 'frequency', 'monetary'] as const) {
    const points = rfm[key];
    for (let i = 1; i < points.length; i++) {
      if (points[i]! > points[i - 1]!) continue;
      problems.add(
        `/rfm/${key}/${i}`,
        'not_ascending',
        `Breakpoints go up: must be more than ${points[i - 1]}, is ${points[i]}.`,
      );
    }
  }
}
