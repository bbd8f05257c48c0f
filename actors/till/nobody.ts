/** What conditions see of a customer where there is none: everything is missing. */
import type { CustomerView } from '../program/program.js';

const NONE: readonly string[] = [];

export const NOBODY: CustomerView = {
  attributes: {},
  status: undefined as unknown as string,
  tags: NONE,
  hasTag: () => false,
  tier: () => undefined,
  points: () => undefined,
  audiences: NONE,
  rfm: undefined,
  ageDays: undefined as unknown as number,
  offers: NONE,
};
