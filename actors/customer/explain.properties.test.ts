/**
 * Explain tells what was: for any event of a random history under programs that change on the way, the outcomes it shows
 * are those recorded, each once; and nothing public names what is only a tier's basis.
 */
import fc from 'fast-check';
import t from 'tap';
import { isPublic, toWire } from '../outcome.js';
import { compileProgram } from '../program/compile.js';
import { validateProgram } from '../program/validate.js';
import { histories, type Step } from '../reference/histories.arbitrary.js';
import { programs } from '../reference/programs.arbitrary.js';
import { explain } from './explain.js';
import { MemoryHistory } from './history.memory.js';
import { Scenario } from './scenario.js';
import { recordedLimits } from './shared-limits.js';
import { copyOf } from './state.js';

const numRuns = Number(process.env.REGULARS_HISTORIES ?? 300);

t.test('explain of any event shows each outcome recorded once, over programs that change', (t) => {
  const property = fc.property(fc.array(programs, { minLength: 1, maxLength: 3 }), histories, (drawn, steps) => {
    const documents = drawn.map((document) => {
      const validated = validateProgram(document);
      if (!validated.ok) throw new Error(JSON.stringify(validated.errors));
      return validated.document;
    });
    const versions = documents.map((document, i) => compileProgram(document, i + 1));
    const scenario = new Scenario(versions[0]!);
    let entries = 0;
    for (const [place, step] of steps.entries()) {
      scenario.program = versions[Math.floor(place / 3) % versions.length]!;
      if (step.kind === 'event') explained(scenario, step, `0-${++entries}`);
      else if (step.kind === 'look') {
        scenario.time(new Date(step.at).toISOString());
        entries++;
      }
    }
  });
  fc.assert(property, { numRuns });
  t.end();
});

function explained(scenario: Scenario, step: Extract<Step, { kind: 'event' }>, position: string): void {
  const { id, type, time, data } = step.event;
  const { arrival: stamp, imported } = step;
  const event = { id, source: 'test', type, subject: 'c', time, data };
  const before = scenario.state === undefined ? undefined : copyOf(scenario.state);
  const past = new MemoryHistory();
  past.absorb(scenario.history);
  const recorded = scenario.report({ event, stamp, imported });
  const entry = { kind: 'event', position, stamp, event, imported } as const;
  const told = explain(before, entry, scenario.program, past, recordedLimits(recorded), true);
  const ofCampaigns = (told.campaigns as { outcomes: unknown[] }[]).flatMap(({ outcomes }) => outcomes);
  const got = [...(told.outcomes as unknown[]), ...ofCampaigns].map((outcome) => JSON.stringify(outcome)).sort();
  const wanted = recorded
    .filter(isPublic)
    .map((outcome) => JSON.stringify(toWire(outcome)))
    .sort();
  if (got.join('\n') !== wanted.join('\n'))
    throw new Error(`of ${id} ${got.join('\n')}\nis told; recorded was\n${wanted.join('\n')}`);
  const marked = wanted.find((outcome) => outcome.includes('\\u0001'));
  if (marked !== undefined) throw new Error(`of ${id} a basis is named: ${marked}`);
}
