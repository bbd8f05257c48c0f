/**
 * A purchase judged again after a return, with what is left of it and the profile as it was then (PROGRAM: Behaviors, "A
 * return"; "Edges: Conditions"). Its target is not asked again; what has not counted on arrival never counts; a
 * return never completes a behavior. What it had completed stands, or falls (`clawback.ts`).
 */
import { type Json, netOf } from '../event.js';
import type { Cause, Outcome } from '../outcome.js';
import type { Campaign, Measure, Rule } from '../program/program.js';
import { rearm } from './absence.js';
import type { Occasion } from './campaigns.js';
import { fall } from './clawback.js';
import { stands } from './completion.js';
import { valueAdded } from './counting.js';
import { haveOf } from './have.js';
import { byLine, type Kept, keptOf, unitsOf } from './kept.js';
import { COUNTED, type Counted, progressOf, REOPENED, ruleOf, UNDONE, type Undone } from './progress.js';
import { RememberedView } from './remembered.js';
import type { Original } from './return.js';
import { ruleProgress } from './standing.js';
import type { MatchState, MatchValue, ProgressState } from './state.js';
import { ownOf } from './steps.js';
import { EventView, lineViews, type Measured } from './view.js';

/** In the order of judging; of campaigns that are no longer in the program, those that kept completions come last. */
export function judgeAgain(occasion: Occasion, original: Original, cause: Cause): void {
  const { program, working } = occasion;
  const moved: [index: number, ProgressState, Undone[]][] = [];
  for (const progress of working.now.behaviors) {
    const campaign = program.campaignById.get(progress.campaignId);
    const undone = undoneOf(occasion, campaign, progress, original);
    if (undone.length > 0) moved.push([campaign?.index ?? Number.POSITIVE_INFINITY, progress, undone]);
  }
  moved.sort(([a], [b]) => (a === b ? 0 : a - b));
  for (const [, progress, undone] of moved) undo(occasion, progress, undone, cause);
}

/** What the purchase adds has changed; completions that no longer hold fall, the oldest first. */
function undo(occasion: Occasion, progress: ProgressState, undone: readonly Undone[], cause: Cause): void {
  const { working, program, view, zone } = occasion;
  const { time } = view.event;
  const { campaignId } = progress;
  const campaign = program.campaignById.get(campaignId);
  const campaignCause = { eventId: cause.eventId, campaignId };
  // What only armed a rule that waits is not shown as progress; what is spent arms it for good.
  const counts = (name: string) => campaign?.rules.find((rule) => rule.name === name)?.measure.kind !== 'absent';
  const unspent = progress.rules
    .filter(({ name, matches }) => undone.some((each) => each[0] === name && holds(matches, each[1])))
    .map(({ name }) => name);
  let shown = unspent.some(counts);
  working.note('progress.moved', time, campaignCause, {
    campaignId,
    progress: [UNDONE, ...undone] as unknown as Json,
  });
  if (campaign?.behavior === 'sequence') reopen(occasion, campaign, progress, campaignCause);
  if (campaign === undefined || campaign.clawback) {
    for (const completion of progress.completed) {
      if (stands(completion)) continue;
      fall(occasion, campaignId, completion, campaignCause);
      shown = true;
    }
  }
  if (campaign === undefined || campaign.base) return;
  if (campaign.waits) rearm(working, campaign, unspent, time, zone, campaignCause);
  if (!shown || campaign.isBasis) return;
  const rules = ruleProgress(campaign, progressOf(working.now, campaignId), time, zone, view.localZone);
  working.tell('behavior.progressed', time, campaignCause, { campaignId, rules, zone });
}

/** A finished step of a sequence that no longer holds is undone, and those after it. */
function reopen(occasion: Occasion, { id, rules }: Campaign, progress: ProgressState, cause: Cause): void {
  const finished = rules.filter((rule) => (ruleOf(progress, rule.name)?.end ?? null) !== null);
  const broken = finished.findIndex(({ name, measure }) => {
    const { matches, end } = ruleOf(progress, name)!;
    return measure.kind !== 'absent' && haveOf(measure, ownOf(measure, matches, end!)) < measure.atLeast;
  });
  if (broken < 0) return;
  const names = finished.slice(broken).map(({ name }) => name);
  occasion.working.note('progress.moved', occasion.view.event.time, cause, {
    campaignId: id,
    progress: [REOPENED, ...names] as unknown as Json,
  });
}

function holds(matches: readonly MatchState[], transactionId: string): boolean {
  return matches.some((match) => match[2] === transactionId);
}

/** How what the purchase adds to the campaign's rules has changed: spent or not, each rule once. */
function undoneOf(
  occasion: Occasion,
  campaign: Campaign | undefined,
  progress: ProgressState,
  original: Original,
): Undone[] {
  const undone: Undone[] = [];
  const judge = (name: string, signature: string, matches: readonly MatchState[]): void => {
    const match = matches.find(([, , transactionId]) => transactionId === original.transactionId);
    if (match === undefined || undone.some((each) => each[0] === name)) return;
    const rule = campaign?.rules.find((each) => each.name === name && each.signature === signature);
    const change = changeOf(occasion, campaign, rule, original, match[1]);
    if (change !== undefined) undone.push([name, original.transactionId, ...change]);
  };
  for (const { name, signature, matches } of progress.rules) judge(name, signature, matches);
  for (const { rules } of progress.completed) {
    for (const { name, signature, counted, others } of rules) {
      judge(name, signature, counted);
      judge(name, signature, others);
    }
  }
  return undone;
}

/** What the purchase adds now, or how much less (negative: more) where the rule carries; undefined where nothing has changed. */
function changeOf(
  occasion: Occasion,
  campaign: Campaign | undefined,
  rule: Rule | undefined,
  original: Original,
  counted: MatchValue,
): readonly [value: MatchValue | null, back?: number] | undefined {
  const { kept, record, before } = original;
  // What the program no longer has counts while any of the purchase is left.
  if (campaign === undefined || rule === undefined) return record.all ? [null] : undefined;
  const now = record.all
    ? null
    : valueLeft(occasion, campaign, rule, original, whatIsLeft(original, kept, record.refunded), counted);
  if (rule.measure.kind !== 'sum' || !rule.measure.carry) return sameValue(now, counted) ? undefined : [now];
  const { data } = original.known.event;
  const then = whatIsLeft(original, keptOf(data, before), before?.refunded ?? 0);
  const added = valueLeft(occasion, campaign, rule, original, then, counted);
  const back = ((added ?? 0) as number) - ((now ?? 0) as number);
  return back === 0 ? undefined : [null, back];
}

/** What so much of the purchase adds to a rule; null where it does not match it. */
function valueLeft(
  occasion: Occasion,
  campaign: Campaign,
  rule: Rule,
  original: Original,
  left: Measured,
  counted: MatchValue,
): MatchValue | null {
  const view = viewThen(occasion, campaign, rule, original, left);
  const rules = campaign.sameEvent ? campaign.rules : [rule];
  for (const { where } of rules) if (where !== undefined && !where.test(view)) return null;
  if (isOfTheProfile(rule.measure)) return counted;
  return valueAdded(rule.measure, view) ?? null;
}

/** A return changes no day and no profile: these values stay as they were counted. */
function isOfTheProfile(measure: Measure): boolean {
  if (measure.kind === 'streak') return true;
  if (measure.kind !== 'distinct') return false;
  return measure.of === 'day' || measure.of.path.startsWith('customer.') || measure.of.path.startsWith('local.');
}

/** The purchase as the rule saw it, less what has come back. */
function viewThen(occasion: Occasion, campaign: Campaign, rule: Rule, { known }: Original, left: Measured): EventView {
  for (const outcome of known.outcomes) {
    const counts = countsOf(outcome, campaign.id);
    if (counts === undefined) continue;
    const counted = counts.find(([name]) => name === rule.name);
    const attributes = (outcome.data as { attributes?: Readonly<Record<string, Json>> }).attributes ?? {};
    const then = new RememberedView(counted?.[7] ?? [], attributes);
    const zone = then.localZone ?? occasion.zone;
    return new EventView(known.event, left, then, occasion.program, zone, then.localZone);
  }
  return new EventView(known.event, left, new RememberedView([], {}), occasion.program, occasion.zone);
}

/** What an outcome of the purchase says it counted for in a campaign, on its way or by completing it. */
function countsOf(outcome: Outcome, campaignId: string): readonly Counted[] | undefined {
  if (outcome.type === 'completion.kept' && outcome.data.campaignId === campaignId)
    return outcome.data.counted as unknown as Counted[];
  if (outcome.type !== 'progress.moved' || outcome.data.campaignId !== campaignId) return undefined;
  const [op, ...counts] = outcome.data.progress as unknown as [number, ...Counted[]];
  return op === COUNTED ? counts : undefined;
}

function whatIsLeft({ known }: Original, kept: Kept, refunded: number): Measured {
  const { data } = known.event;
  const amount = netOf(data) - refunded;
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
