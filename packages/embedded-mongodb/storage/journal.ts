import type { Change } from './store';

/** A place in the journal. */
export interface Mark { changes: number; undo: number }

/**
 * The work of the write transaction under way: the changes of the file, to repeat them when the transaction has to be
 * begun anew without the last work, and how to undo the changes in memory beside the file.
 */
export class Journal {
  readonly changes: Change[] = [];
  private readonly undo: (() => void)[] = [];

  note(changes: Change[]): void {
    for (const change of changes) this.changes.push(change);
  }

  onUndo(action: () => void): void {
    this.undo.push(action);
  }

  mark(): Mark {
    return { changes: this.changes.length, undo: this.undo.length };
  }

  /** Undoes, the last first, everything since the mark, or all of it. */
  rollback({ changes, undo }: Mark = { changes: 0, undo: 0 }): void {
    this.changes.length = changes;
    for (const action of this.undo.splice(undo).reverse()) action();
  }

  /** All of it is on disk. */
  clear(): void {
    this.changes.length = 0;
    this.undo.length = 0;
  }
}
