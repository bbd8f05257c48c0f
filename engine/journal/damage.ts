/** What a journal that cannot be trusted, written or read any more says, and how it is mended. */

/** Bytes of the journal are not what was written. Nothing is served from such a journal. */
export class JournalDamaged extends Error {
  constructor(
    readonly record: number,
    readonly segment: string,
    what: string,
  ) {
    super(
      `journal record ${record} in segment ${segment}: ${what}. ` +
        'The data is damaged there; stop the node and restore the newest backup (`regulars restore`)',
    );
    this.name = 'JournalDamaged';
  }
}

/** The record was deleted with its segment; the oldest one kept is `oldest`. */
export class JournalGone extends Error {
  constructor(
    readonly record: number,
    readonly oldest: number,
  ) {
    super(`journal record ${record} is no longer kept; the oldest is ${oldest}`);
    this.name = 'JournalGone';
  }
}

/** The journal was closed, or a commit failed before (DESIGN D12): what was under way is of unknown outcome. */
export class JournalClosed extends Error {
  constructor(why: string, cause?: Error) {
    super(why, cause === undefined ? undefined : { cause });
    this.name = 'JournalClosed';
  }
}
