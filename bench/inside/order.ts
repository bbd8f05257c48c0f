/** What the process that measures without a server is asked, and what it answers. Only types here. */
export interface InsideOrder {
  readonly what: 'actor' | 'campaigns' | 'residents';
  readonly rounds: number;
  /** How much of the full work: 1 for good figures, less for a look. */
  readonly scale: number;
  /** A folder to make files in; need not exist. */
  readonly folder: string;
}

export interface InsideFact {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /** One for each round. */
  readonly values: readonly number[];
}
