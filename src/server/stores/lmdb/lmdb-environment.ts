import type { RootDatabase } from 'lmdb';
import { StoreUnavailableError } from '../../store.ts';
import { LmdbTables } from './lmdb-tables.ts';

/** The part of the package's root database that is used here. */
export type Root = Pick<RootDatabase<Buffer, string>, 'openDB' | 'childTransaction' | 'resetReadTxn' | 'close'>;

interface Opened {
  readonly root: Root;
  readonly tables: LmdbTables;
}

/** An environment of LMDB that outlives its failures: broken beyond use, it is opened again. */
export class LmdbEnvironment {
  readonly #open: () => Root;
  #opened: Opened | undefined;
  /** Resolves when a broken environment is closed; before, opening it would give the same one. */
  #leaving: Promise<void> | undefined;
  #closed = false;

  /** Opens the environment; throws what the package throws. */
  constructor(open: () => Root) {
    this.#open = open;
    this.#opened = this.#openNow();
  }

  /** The tables, opened again if need be; throws when that is not possible now. */
  get tables(): LmdbTables {
    return this.#use().tables;
  }

  /**
   * Runs `work` in a transaction; resolves once that is durable. Rejects with {@link StoreUnavailableError} when it is not:
   * nothing of it was written then.
   */
  async transact(work: () => void): Promise<void> {
    let opened: Opened | undefined;
    try {
      opened = this.#use();
      // A child transaction is rolled back when `work` throws; a plain one of this package would be committed half done.
      await opened.root.childTransaction(work);
    } catch (error) {
      const cause = await commitError(error);
      if (opened !== undefined) await this.#leaveIfBroken(opened);
      throw new StoreUnavailableError(
        `The disk did not take the lines (${message(cause)}): is it full, or read-only? Nothing was written.`,
        {
          cause,
        },
      );
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#leaving;
    await this.#opened?.root.close();
  }

  #use(): Opened {
    if (this.#closed) throw new Error('the environment is closed');
    if (this.#leaving !== undefined) throw new Error('the environment is being opened again after a failure');
    this.#opened ??= this.#openNow();
    return this.#opened;
  }

  #openNow(): Opened {
    const root = this.#open();
    try {
      return { root, tables: new LmdbTables(root) };
    } catch (error) {
      void root.close();
      throw error;
    }
  }

  /**
   * When LMDB could not write its meta page, the environment refuses everything from then on, and a transaction of the
   * package would never end. A new reader is told so at once; closed and opened again the environment works.
   */
  async #leaveIfBroken(opened: Opened): Promise<void> {
    try {
      opened.root.resetReadTxn();
      opened.tables.checkFormat();
    } catch {
      this.#opened = undefined;
      this.#leaving = opened.root.close();
      await this.#leaving;
      this.#leaving = undefined;
    }
  }
}

/** The package rejects with a general error whose `commitError` is a promise that rejects with the real one. */
async function commitError(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || !('commitError' in error)) return error;
  try {
    await error.commitError;
  } catch (cause) {
    return cause;
  }
  return error;
}

export function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
