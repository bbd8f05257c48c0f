/**
 * ISO 8601 durations. Weeks, days and less are exact (a day is 24 hours); months and years are calendar steps in a
 * zone, the day of month clipped (PROGRAM: "Durations are ISO 8601").
 */
export interface Duration {
  /** As written. */
  readonly text: string;
  /** Calendar part: years × 12 + months. */
  readonly months: number;
  /** Exact part, ms. */
  readonly ms: number;
}
