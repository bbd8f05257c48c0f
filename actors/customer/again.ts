/**
 * A purchase judged again after a return, with what is left of it and the profile as it was then (PROGRAM: Behaviors, "A
 * return"; "Edges: Conditions"). Its target is not asked again; what has not counted on arrival never counts; a
 * return never completes a behavior. Completions stand (`onReturn: keep`): their matches were spent.
 */
import { type Json, netOf } from '../event.js';
import type { Cause } from '../outcome.js';
import type { Campaign, Measure, Rule } from '../program/program.js';
import { type Occasion, ruleProgress, valueAdded } from './campaigns.js';
import { byLine, unitsOf } from './kept.js';
import { COUNTED, type Counted, progressOf, UNDONE, type Undone } from './progress.js';
import { RememberedView } from './remembered.js';
import type { Original } from './return.js';
import type { MatchValue, ProgressState } from './state.js';
import { EventView, lineViews, type Measured } from './view.js';

export function judgeAgain(occasion: Occasion, original: Original, cause: Cause): void {
  const { working, program, view, zone } = occasion;
  const moved: [Campaign, Undone[]][] = [];
  for (const progress of working.now.behaviors) {
    const campaign = program.campaignById.get(progress.campaignId);
    const undone = campaign === undefined ? [] : undoneOf(occasion, campaign, progress, original);
    if (undone.length > 0) moved.push([campaign!, undone]);
  }
  moved.sort(([a], [b]) => a.index - b.index);
  for (const [campaign, undone] of moved) {
    const campaignCause = { eventId: cause.eventId, campaignId: campaign.id };
    const { time } = view.event;
    const progress = [UNDONE, ...undone] as unknown as Json;
    working.note('progress.moved', time, campaignCause, { campaignId: campaign.id, progress });
    const rules = ruleProgress(campaign, progressOf(working.now, campaign.id), time, zone);
    working.tell('behavior.progressed', time, campaignCause, { campaignId: campaign.id, rules, zone });
  }
}

function undoneOf(occasion: Occasion, campaign: Campaign, progress: ProgressState, original: Original): Undone[] {
  const undone: Undone[] = [];
  for (const held of progress.rules) {
    const rule = campaign.rules.find((each) => each.name === held.name && each.signature === held.signature);
    const match = held.matches.find(([, , transactionId]) => transactionId === original.transactionId);
    if (rule === undefined || match === undefined) continue;
    const value = original.record.all ? null : valueLeft(occasion, campaign, rule, original, match[1]);
    if (!sameValue(value, match[1])) undone.push([rule.name, original.transactionId, value]);
  }
  return undone;
}

/** What the purchase adds now; null where it no longer matches. */
function valueLeft(
  occasion: Occasion,
  campaign: Campaign,
  rule: Rule,
  original: Original,
  before: MatchValue,
): MatchValue | null {
  const view = viewThen(occasion, campaign, rule, original);
  if (rule.where !== undefined && !rule.where.test(view)) return null;
  if (isOfTheProfile(rule.measure)) return before;
  return valueAdded(rule.measure, view) ?? null;
}

/** A return changes no day and no profile: these values stay as they were counted. */
function isOfTheProfile(measure: Measure): boolean {
  if (measure.kind !== 'distinct') return false;
  return measure.of === 'day' || measure.of.path.startsWith('customer.') || measure.of.path.startsWith('local.');
}

function viewThen(occasion: Occasion, campaign: Campaign, rule: Rule, original: Original): EventView {
  const { known } = original;
  for (const outcome of known.outcomes) {
    if (outcome.type !== 'progress.moved' || outcome.data.campaignId !== campaign.id) continue;
    const [op, ...counts] = outcome.data.progress as unknown as [number, ...Counted[]];
    const counted = op === COUNTED ? counts.find(([name]) => name === rule.name) : undefined;
    const then = new RememberedView(counted?.[6] ?? [], outcome.data.attributes ?? {});
    return new EventView(
      known.event,
      whatIsLeft(original),
      then,
      occasion.program,
      then.localZone ?? occasion.zone,
      then.localZone,
    );
  }
  return new EventView(known.event, whatIsLeft(original), new RememberedView([], {}), occasion.program, occasion.zone);
}

function whatIsLeft(original: Original): Measured {
  const { data } = original.known.event;
  const { kept, record } = original;
  const amount = netOf(data) - record.refunded;
  if (data.lines === undefined || data.lines.length === 0) return { amount, quantity: undefined, lines: undefined };
  const { quantities, amounts } = byLine(kept.runs, data.lines.length);
  return {
    amount,
    quantity: unitsOf(kept.runs),
    lines: lineViews(data, quantities, amounts).filter((line) => line.quantity > 0),
  };
}

function sameValue(a: MatchValue | null, b: MatchValue): boolean {
  if (a === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
