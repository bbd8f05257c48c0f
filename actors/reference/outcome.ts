/**
 * What the reference says happened, in the form both sides are compared in: the public types of API.md, lots and issues
 * named by their number of issue instead of generated ids, times in ms.
 */
export interface Cause {
  readonly eventId?: string;
  readonly campaignId?: string;
  /** The system whose level's entry gave it. */
  readonly tier?: string;
}

export interface ReferenceOutcome {
  readonly type: string;
  readonly time: number;
  readonly cause: Cause;
  readonly data: Readonly<Record<string, unknown>>;
  /** A return moved what a campaign counts, but nothing that is shown: it may be told or not. */
  readonly unseen?: true;
}

/** Time itself was the cause. */
export const TIME: Cause = {};
