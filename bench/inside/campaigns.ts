/** What judging an event costs under ten campaigns, and under ten thousand of which the others cannot match. */
import { judgePlainly } from './actor.js';
import type { InsideFact, InsideOrder } from './order.js';
import { microsEach, program, steps } from './year.js';

const CUSTOMERS = 4_000;
const PURCHASES = 12;
/** Turns of each within a round: what else the machine does falls on both. */
const TURNS = 4;
const FEW = 10;
const MANY = 10_000;

export function measureCampaigns(order: InsideOrder): InsideFact[] {
  const customers = Math.round(CUSTOMERS * order.scale);
  const year = steps(customers, PURCHASES);
  const few = program(FEW);
  const many = program(MANY);
  const found: { few: number; many: number }[] = [];
  for (let round = 0; round <= order.rounds; round++) {
    const measured = { few: 0, many: 0 };
    for (let turn = 0; turn < TURNS; turn++) {
      measured.few += microsEach(year.length, () => judgePlainly(year, customers, few)) / TURNS;
      measured.many += microsEach(year.length, () => judgePlainly(year, customers, many)) / TURNS;
    }
    if (round > 0) found.push(measured);
  }
  return [
    {
      id: 'campaigns-judge-few',
      title: `judge an event, ${FEW} campaigns`,
      unit: 'µs',
      values: found.map(({ few }) => few),
    },
    {
      id: 'campaigns-judge-many',
      title: `judge an event, ${MANY} campaigns`,
      unit: 'µs',
      values: found.map(({ many }) => many),
    },
    {
      id: 'campaigns-judge-ratio',
      title: `${MANY} campaigns against ${FEW}, judge alone`,
      unit: '×',
      values: found.map(({ few, many }) => many / few),
    },
  ];
}
