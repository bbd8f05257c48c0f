/** When runs of sends open: every sentence about `at`, `every` and publication. */
import t from 'tap';
import { parseInstant } from '../time/instant.js';
import type { CampaignDocument } from './document-campaign.js';
import { compileSend, dueRunAt, nextRunAt, type Sending, type SendPast, scheduleSignature } from './send.js';

function instant(text: string): number {
  return parseInstant(text)!;
}

function document(schedule: object | undefined): CampaignDocument {
  return { id: 'hello', kind: 'promotion', outcomes: [{ tag: { add: 'x' } }], schedule } as CampaignDocument;
}

function sending(schedule: { start?: string; end?: string } | undefined): Sending {
  const send = compileSend(document(schedule), 'America/New_York')!;
  const at = (text: string | undefined) => (text === undefined ? undefined : instant(text));
  return { send, start: at(schedule?.start), end: at(schedule?.end) };
}

/** Published on 1 March; `last` is the instant of the last run. */
function past(last?: string): SendPast {
  return { since: instant('2026-03-01T12:00:00Z'), lastAt: last === undefined ? null : instant(last) };
}

const DAILY = '0 9 * * *';
type Row = readonly [sentence: string, schedule: object | undefined, last: string | undefined, next: string | null];
const ROWS: readonly Row[] = [
  ['at publication', undefined, undefined, '2026-03-01T12:00:00Z'],
  ['at publication, once', undefined, '2026-03-01T12:00:00Z', null],
  ['at publication, but not before start', { start: '2026-04-01T00:00:00Z' }, undefined, '2026-04-01T00:00:00Z'],
  ['published after its end it never sends', { end: '2026-02-01T00:00:00Z' }, undefined, null],
  ['the end is in it', { end: '2026-03-01T12:00:00Z' }, undefined, '2026-03-01T12:00:00Z'],
  ['at its instant', { at: '2026-03-05T09:00:00-05:00' }, undefined, '2026-03-05T14:00:00Z'],
  ['at its instant, once', { at: '2026-03-05T14:00:00Z' }, '2026-03-05T14:00:00Z', null],
  [
    'an instant that had passed falls due at publication',
    { at: '2026-01-01T00:00:00Z' },
    undefined,
    '2026-03-01T12:00:00Z',
  ],
  ['and once', { at: '2026-01-01T00:00:00Z' }, '2026-03-01T12:00:00Z', null],
  [
    'moved to a later instant it sends again',
    { at: '2026-03-09T00:00:00Z' },
    '2026-03-05T14:00:00Z',
    '2026-03-09T00:00:00Z',
  ],
  ['moved to an earlier one it does not', { at: '2026-03-02T00:00:00Z' }, '2026-03-05T14:00:00Z', null],
  ['every, in the program’s zone', { every: DAILY }, undefined, '2026-03-01T14:00:00Z'],
  ['every, in its own zone', { every: { cron: DAILY, timeZone: 'UTC' } }, undefined, '2026-03-02T09:00:00Z'],
  ['an object without a zone has the program’s', { every: { cron: DAILY } }, undefined, '2026-03-01T14:00:00Z'],
  [
    'every: the instant of publication is in it',
    { every: { cron: '0 12 * * *', timeZone: 'UTC' } },
    undefined,
    '2026-03-01T12:00:00Z',
  ],
  ['every: after the last', { every: DAILY }, '2026-03-07T14:00:00Z', '2026-03-08T13:00:00Z'],
  ['every: from start on', { every: DAILY, start: '2026-04-01T13:00:00Z' }, undefined, '2026-04-01T13:00:00Z'],
  [
    'every: to the end, included',
    { every: DAILY, end: '2026-03-02T14:00:00Z' },
    '2026-03-01T14:00:00Z',
    '2026-03-02T14:00:00Z',
  ],
  ['every: not beyond', { every: DAILY, end: '2026-03-02T13:59:59Z' }, '2026-03-01T14:00:00Z', null],
];

t.test('the next run', async (t) => {
  for (const [sentence, schedule, last, next] of ROWS) {
    const at = nextRunAt(sending(schedule as { start?: string }), past(last));
    t.equal(at, next === null ? null : instant(next), sentence);
  }
});

t.test('a run is due at its instant, and of several that were missed the last alone is', async (t) => {
  const rows: [sentence: string, schedule: object | undefined, now: string, due: string | null][] = [
    ['not a millisecond before', { at: '2026-03-05T14:00:00Z' }, '2026-03-05T13:59:59.999Z', null],
    ['at it', { at: '2026-03-05T14:00:00Z' }, '2026-03-05T14:00:00Z', '2026-03-05T14:00:00Z'],
    ['later: still of that instant', { at: '2026-03-05T14:00:00Z' }, '2026-03-06T00:00:00Z', '2026-03-05T14:00:00Z'],
    ['every: the first', { every: DAILY }, '2026-03-01T14:00:00Z', '2026-03-01T14:00:00Z'],
    ['every: three were missed', { every: DAILY }, '2026-03-03T20:00:00Z', '2026-03-03T14:00:00Z'],
    [
      'every: the last before the end',
      { every: DAILY, end: '2026-03-02T20:00:00Z' },
      '2026-03-09T20:00:00Z',
      '2026-03-02T14:00:00Z',
    ],
    [
      'missed beyond the end: the run was promised within it',
      { end: '2026-03-01T12:00:00Z' },
      '2026-03-09T00:00:00Z',
      '2026-03-01T12:00:00Z',
    ],
  ];
  for (const [sentence, schedule, now, due] of rows) {
    const at = dueRunAt(sending(schedule as { start?: string }), past(), instant(now));
    t.equal(at, due === null ? null : instant(due), sentence);
  }
});

t.test('a schedule counts anew only where when it sends has changed', async (t) => {
  const of = (schedule: object | undefined, zone = 'UTC') => scheduleSignature(document(schedule), zone);
  t.equal(
    of({ at: '2026-03-05T14:00:00Z' }),
    of({ at: '2026-03-05T09:00:00-05:00' }),
    'one instant, written otherwise',
  );
  t.equal(of({ every: DAILY, end: '2027-01-01T00:00:00Z' }), of({ every: { cron: DAILY } }));
  t.not(of({ every: DAILY }), of({ every: DAILY }, 'Europe/Berlin'));
  t.equal(of({ every: { cron: DAILY, timeZone: 'UTC' } }, 'Europe/Berlin'), of({ every: DAILY }));
  t.not(of(undefined), of({ at: '2026-03-05T14:00:00Z' }));
  const withBehavior = { ...document(undefined), behavior: { all: [{ event: 'purchase' }] } } as CampaignDocument;
  t.equal(scheduleSignature(withBehavior, 'UTC'), undefined);
  t.equal(compileSend(withBehavior, 'UTC'), undefined);
});
