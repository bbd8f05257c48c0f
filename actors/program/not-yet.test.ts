import t from 'tap';
import { problemsOf } from './problem-table.js';
import { coffeeDocument, type Loose } from './specimen.js';

const C = '/campaigns/2';
const R = `${C}/behavior/all/0`;
type Part = { readonly [key: string]: unknown };
type Row = readonly [
  name: string,
  parts: { campaign?: Part; rule?: Part; top?: Part; account?: Part; tier?: Part; level?: Part },
  pointer: string,
];

const ROWS: readonly Row[] = [
  ['messages', { top: { messages: [] } }, '/messages'],
  ['a campaign on an outcome of later', { rule: { event: 'message.sent' } }, `${R}/event`],
  ['messaging', { campaign: { kind: 'messaging' } }, `${C}/kind`],
  ['delay', { campaign: { delay: 'PT1H' } }, `${C}/delay`],
  ['unless', { campaign: { unless: 'purchase' } }, `${C}/unless`],
  ['quiet hours', { campaign: { quietHours: { from: '21:00', to: '08:00' } } }, `${C}/quietHours`],
  ['message cap', { campaign: { cap: { times: 3, per: 'P7D' } } }, `${C}/cap`],
  ['message outcome', { campaign: { outcomes: [{ message: 'thanks' }] } }, `${C}/outcomes/0/message`],
];

t.test('what the program knows and this version does not is refused, never ignored', async (t) => {
  for (const [name, parts, pointer] of ROWS) {
    const document = coffeeDocument();
    Object.assign(document, parts.top);
    Object.assign(document.campaigns![2]!, parts.campaign);
    if (parts.rule !== undefined) document.campaigns![2]!.behavior!.all![0] = parts.rule as unknown as Loose;
    Object.assign(document.points!.accounts![1]!, parts.account);
    Object.assign(document.tiers![0]!, parts.tier);
    Object.assign(document.tiers![0]!.levels![1]!, parts.level);
    const problems = problemsOf(document).filter((problem) => problem.code !== 'required');
    t.match(
      problems,
      [{ pointer, code: 'not_supported_yet', detail: /not supported yet.*(meanwhile|points by rate|;)/ }],
      name,
    );
    t.equal(problems.length, 1, `${name}: no other problem`);
  }
});

t.test('a flag that is not supported yet may be false', async (t) => {
  const document = coffeeDocument();
  Object.assign(document.campaigns![2]!, { shadow: false });
  Object.assign(document.campaigns![2]!.behavior!, { sameEvent: false });
  Object.assign(document.campaigns![2]!.behavior!.all![0]!.sum!, { carry: false });
  t.same(problemsOf(document), []);
});
