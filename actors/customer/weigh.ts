/**
 * Rules joined by `all` or `any`: each counts its own events; the behavior completes when the windows of all of them (or
 * of one) hold enough (PROGRAM: Behaviors and rules). Nothing is latched.
 *
 * At completion all matches of all rules are spent, but what `carry` keeps: a rule that carries gives only what it needs,
 * oldest first, so that one event may complete several times; at the limit the excess is dropped.
 */
import { limits } from '../limits.js';
import type { RuleProgress } from '../outcome.js';
import type { Campaign, Measure, Rule } from '../program/program.js';
import { armedBy, holdsAt } from './absence.js';
import type { Occasion } from './campaigns.js';
import { countedBy, countOf, heldOf, matchesOf, presentUnit, satisfiesAll, unitZone, withCounted } from './counting.js';
import { hasPlace, hasRoom, noteTotal } from './limit.js';
import type { Armed, Counted, Left } from './progress.js';
import { isCounted, type Reach, reachOf } from './reach.js';
import { waitingProgress } from './standing.js';
import type { MatchState, MatchValue, ProgressState, SpentState } from './state.js';
import { runOf, withClosed } from './streak.js';
import { type Verdict, verdict } from './verdict.js';

const NOT_CLOSED: readonly number[] = [];

/** What the event does to a campaign that considers it; undefined where nothing. */
export function weigh(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
): Verdict | undefined {
  const { rules } = campaign;
  if (campaign.sameEvent && !satisfiesAll(campaign, occasion.view)) return undefined;
  const order = campaign.ordered ? (progress?.order ?? 0) + 1 : 0;
  let counted: Counted[] | undefined;
  let alone = campaign.behavior === 'all' && !campaign.carries && !campaign.streaks && !campaign.clawback;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    const value = countOf(rule, occasion.view);
    const count = value === undefined ? undefined : countedBy(occasion, rule, value, progress, order);
    if (count === undefined) {
      alone = false;
      continue;
    }
    counted = counted === undefined ? [count] : [...counted, count];
    alone &&= isEnough(rule.measure, value!);
  }
  if (counted === undefined) return undefined;
  // The arriving event lies in its own window: where it is enough alone nothing else need be asked.
  if (alone) return verdict(campaign, 1, counted);
  return stand(occasion, campaign, progress, counted);
}

function isEnough(measure: Measure, value: MatchValue): boolean {
  if (measure.kind === 'absent') return false;
  return measure.kind === 'distinct' ? measure.atLeast === 1 : (value as number) >= measure.atLeast;
}

/** Where every rule stands with this event: complete if enough of them are full, else progress. */
function stand(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  counted: readonly Counted[],
): Verdict {
  const { rules } = campaign;
  const { time } = occasion.view.event;
  const any = campaign.behavior === 'any';
  const lists = new Array<readonly MatchState[]>(rules.length);
  const shown = new Array<RuleProgress>(rules.length);
  const armed = campaign.waits ? armedBy(occasion, campaign, progress, counted) : undefined;
  let full = !any;
  let next = 0;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    let matches = matchesOf(rule, progress);
    const own = counted[next];
    if (own !== undefined && own[0] === rule.name) {
      matches = withCounted(matches, own);
      next++;
    }
    lists[i] = matches;
    if (rule.measure.kind === 'absent') {
      shown[i] = waitingProgress(rule, progress, armed);
      // Only time completes it.
      full &&= any;
      continue;
    }
    const { have, need, resetsAt } = reachOf(
      rule,
      campaign,
      matches,
      time,
      occasion.zone,
      presentUnit(rule, occasion.view),
      unitZone(rule, occasion),
    );
    shown[i] = { rule: rule.name, have, need, resetsAt };
    if (any) full ||= have >= need;
    else full &&= have >= need;
  }
  if (!full) return verdict(campaign, 0, counted, shown, undefined, armed);
  // What arms a rule is spent with the rest, and arms it all the same.
  const rearmed = armed?.map(([rule, signature, , due, ran]): Armed => [rule, signature, time, due, ran]);
  return completed(occasion, campaign, progress, counted, lists, rearmed);
}

/** A campaign that completes: what each completion spends, and what stays after the last. */
export function completed(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  counted: readonly Counted[],
  lists: readonly (readonly MatchState[])[],
  armed: Verdict['armed'] | undefined,
): Verdict {
  if (!campaign.carries && !campaign.streaks && !campaign.clawback)
    return verdict(campaign, 1, counted, undefined, undefined, armed);
  const spent: (readonly SpentState[])[] = [];
  const closing: (readonly number[])[] = campaign.rules.map(() => NOT_CLOSED);
  let held = lists;
  let completions = 0;
  let room = true;
  for (;;) {
    const round = spend(occasion, campaign, progress, held, completions === 0);
    if (round === undefined) break;
    completions++;
    held = round.left;
    if (campaign.clawback) spent.push(round.spent);
    round.spent.forEach(({ closed }, i) => {
      if (closed.length > 0) closing[i] = closed;
    });
    const { time } = occasion.view.event;
    room = completions < limits.completionsPerEventMax && hasRoom(campaign, progress, time, occasion.zone, completions);
    if (!room || !campaign.carries) break;
    if (hasPlace(occasion, campaign, completions)) continue;
    room = false;
    noteTotal(occasion, campaign);
    break;
  }
  // The excess that is dropped at the limit is spent with the last of them.
  if (!room && spent.length > 0) spent.push(spent.pop()!.map((rule, i) => withOthers(rule, held[i]!)));
  const left = campaign.rules.flatMap((rule, i): Left[] => {
    const matches = room ? held[i]! : [];
    const closed = closedAfter(occasion, rule, progress, closing[i]!);
    return matches.length === 0 && closed.length === 0 ? [] : [[rule.name, rule.signature, matches, closed]];
  });
  return verdict(campaign, completions, counted, undefined, undefined, armed, left, spent);
}

function withOthers(rule: SpentState, more: readonly MatchState[]): SpentState {
  return more.length === 0 ? rule : { ...rule, others: more };
}

function closedAfter(
  occasion: Occasion,
  rule: Rule,
  progress: ProgressState | undefined,
  closing: readonly number[],
): readonly number[] {
  if (rule.measure.kind !== 'streak') return NOT_CLOSED;
  return withClosed(heldOf(rule, progress)?.closed ?? NOT_CLOSED, closing, rule.measure.unit, occasion.earliest);
}

interface Round {
  /** In the order of the rules. */
  readonly spent: readonly SpentState[];
  readonly left: readonly (readonly MatchState[])[];
}

/** One completion by these matches; undefined where they are not enough. What is absent fires once: in the `first`. */
function spend(
  occasion: Occasion,
  campaign: Campaign,
  progress: ProgressState | undefined,
  lists: readonly (readonly MatchState[])[],
  first: boolean,
): Round | undefined {
  const { rules } = campaign;
  const { view, zone } = occasion;
  const spent: SpentState[] = [];
  const left: (readonly MatchState[])[] = [];
  let fullRules = 0;
  for (let i = 0; i < rules.length; i++) {
    const rule = rules[i]!;
    const matches = lists[i]!;
    const { measure } = rule;
    if (measure.kind === 'absent') {
      const full = first && holdsAt(progress, rule, view.event.time);
      if (full) fullRules++;
      spent.push({ ...spentState(rule, [], matches, NOT_CLOSED), need: full ? 0 : 1 });
      left.push([]);
      continue;
    }
    const present = presentUnit(rule, view);
    const reach = reachOf(rule, campaign, matches, view.event.time, zone, present);
    const full = reach.have >= reach.need;
    if (full) fullRules++;
    if (measure.kind === 'sum' && measure.carry) {
      const { taken, rest } = full ? oldest(matches, reach, measure.atLeast) : { taken: [], rest: matches };
      spent.push(spentState(rule, taken, [], NOT_CLOSED));
      left.push(rest);
      continue;
    }
    const run = full && measure.kind === 'streak' ? runOf(matches, reach.after, reach.upTo, present) : undefined;
    const closed = run === undefined ? NOT_CLOSED : [run.first, run.last];
    const isOwn = (match: MatchState) => full && isCounted(match, reach, run);
    spent.push(
      spentState(
        rule,
        matches.filter(isOwn),
        matches.filter((match) => !isOwn(match)),
        closed,
      ),
    );
    left.push([]);
  }
  const enough = campaign.behavior === 'any' ? fullRules > 0 : fullRules === rules.length;
  return enough ? { spent, left } : undefined;
}

export function spentState(
  { name, signature, measure }: Rule,
  counted: readonly MatchState[],
  others: readonly MatchState[],
  closed: readonly number[],
  end: SpentState['end'] = null,
): SpentState {
  // That nothing came holds whatever comes back.
  const need = measure.kind === 'absent' ? 0 : measure.atLeast;
  return { name, signature, kind: measure.kind, need, counted, others, closed, end };
}

/** Of the matches in the window the oldest that come to `need`; of the last one only what is needed. */
function oldest(
  matches: readonly MatchState[],
  { after, upTo }: Reach,
  need: number,
): { readonly taken: readonly MatchState[]; readonly rest: readonly MatchState[] } {
  const taken: MatchState[] = [];
  const rest: MatchState[] = [];
  let missing = need;
  for (const match of matches) {
    const [at, value, transactionId, order] = match;
    if (missing === 0 || at <= after || at > upTo) {
      rest.push(match);
      continue;
    }
    const used = Math.min(missing, value as number);
    missing -= used;
    taken.push([at, used, transactionId, order]);
    if (used < (value as number)) rest.push([at, (value as number) - used, transactionId, order]);
  }
  return { taken, rest };
}
