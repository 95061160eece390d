/**
 * The used part of lmdb. Its own types are not read, so that the project compiles where lmdb was left out of the
 * install.
 * https://github.com/kriszyp/lmdb-js/blob/v3.5.6/index.d.ts
 */
declare module 'lmdb' {
  interface Options {
    path: string;
    /** Whether `path` is the file itself and not a directory for it. */
    noSubdir: boolean;
    encoding: 'binary';
    keyEncoding: 'binary';
    cache: boolean;
    /** Whether a commit returns before the disk has it. */
    overlappingSync: boolean;
    /** Whether commits are left to the system to write. */
    noSync: boolean;
    /** Mode of new files. */
    permissionsMode: number;
  }

  interface RangeOptions {
    start: Buffer;
    end: Buffer;
    reverse?: boolean;
    limit?: number;
    inclusiveEnd?: boolean;
    transaction?: Transaction;
  }

  /** Pages of one tree. */
  interface Tree { treeBranchPageCount: number; treeLeafPageCount: number; overflowPages: number }

  interface Stats { pageSize: number; lastPageNumber: number; root: Tree; free: Tree }

  /** A read transaction. */
  export class Transaction {
    done(): void;
  }

  export class RootDatabase {
    get(key: Buffer, options?: { transaction?: Transaction }): Buffer | undefined;
    getBinary(key: Buffer): Buffer | undefined;
    getRange(options: RangeOptions): Iterable<{ key: Buffer; value: Buffer }>;
    getStats(): Stats;
    /** `append`: the key comes after all others. */
    putSync(key: Buffer, value: Buffer, options?: { append: boolean }): boolean;
    removeSync(key: Buffer): boolean;
    /** An exception in `action` undoes all of it. */
    transactionSync<T>(action: () => T): T;
    useReadTransaction(): Transaction;
    close(): Promise<void>;
  }

  export function open(options: Options): RootDatabase;
}
