/** Checks of audiences beyond their shape: their conditions ask the profile and nothing else. */
import type { Checking } from './check-campaign.js';
import { checkCondition } from './check-condition.js';
import type { AudienceDocument } from './document-audience.js';
import type { ConditionDocument } from './document-condition.js';
import { suggestion } from './nearest.js';
import { at, type Problems, shown } from './problem.js';

export function checkAudience({ where }: AudienceDocument, pointer: string, { names, problems }: Checking): void {
  const here = at(pointer, 'where');
  checkCondition(where, here, { names, problems });
  askProfile(where, here, problems);
}

/** The audience a target names. */
export function checkAudienceName(audience: string, pointer: string, { names, problems }: Checking): void {
  if (names.audiences.has(audience)) return;
  problems.add(
    pointer,
    'unknown_audience',
    `There is no audience ${shown(audience)}.${suggestion(audience, names.audiences)}`,
  );
}

function askProfile(condition: ConditionDocument, pointer: string, problems: Problems): void {
  if ('field' in condition) {
    const { field } = condition;
    const here = at(pointer, 'field');
    if (field === 'customer.audiences') {
      problems.add(
        here,
        'audience_of_audiences',
        'An audience follows the profile, not other audiences; write their conditions here.',
      );
    } else if (!field.startsWith('customer.')) problems.add(here, 'needs_event', noEvent(shown(field)));
  } else if ('all' in condition) {
    condition.all.forEach((child, i) => {
      askProfile(child, `${pointer}/all/${i}`, problems);
    });
  } else if ('any' in condition) {
    condition.any.forEach((child, i) => {
      askProfile(child, `${pointer}/any/${i}`, problems);
    });
  } else if ('not' in condition) askProfile(condition.not, at(pointer, 'not'), problems);
  else problems.add(at(pointer, 'lines'), 'needs_event', noEvent('lines'));
}

function noEvent(what: string): string {
  return `${what} is of an event, and an audience is asked at any time; ask customer.….`;
}
