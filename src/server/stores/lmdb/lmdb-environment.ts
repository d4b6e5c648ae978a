import type { RootDatabase } from 'lmdb';
import { messageOf } from '../../../protocol/message-of.ts';
import { StoreUnavailableError } from '../../store.ts';
import { LmdbTables } from './lmdb-tables.ts';

/** The part of the root database that is used here. */
export type Root = Pick<RootDatabase<Buffer, string>, 'openDB' | 'childTransaction' | 'resetReadTxn' | 'close'>;

interface Opened {
  readonly root: Root;
  readonly tables: LmdbTables;
}

/**
 * An LMDB environment that recovers from failures: a broken one is closed and opened again.
 *
 *     open ── a commit failed, and it is broken ──▶ closing ──▶ not open ── next use ──▶ open
 */
export class LmdbEnvironment {
  readonly #open: () => Root;
  #opened: Opened | undefined;
  /** Resolves when a broken environment is closed: until then, opening it would return the same one. */
  #closing: Promise<void> | undefined;
  #isClosed = false;

  /** Opens the environment; throws what the package throws. */
  constructor(open: () => Root) {
    this.#open = open;
    this.#opened = this.#openNow();
  }

  /** The tables, opened again if necessary; throws if that fails. */
  get tables(): LmdbTables {
    return this.#use().tables;
  }

  /**
   * Runs `work` in a transaction; resolves once that is durable. Rejects with {@link StoreUnavailableError} if it failed,
   * and nothing was written.
   */
  async transact(work: () => void): Promise<void> {
    let opened: Opened | undefined;
    try {
      opened = this.#use();
      // A child transaction is rolled back when `work` throws; a plain one would be committed half done.
      await opened.root.childTransaction(work);
    } catch (error) {
      const cause = await commitError(error);
      if (opened !== undefined) await this.#closeIfBroken(opened);
      throw new StoreUnavailableError(`Writing to disk failed (${messageOf(cause)}): is it full or read-only? Nothing was written.`, {
        cause,
      });
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#closing;
    await this.#opened?.root.close();
  }

  #use(): Opened {
    if (this.#isClosed) throw new Error('the environment is closed');
    if (this.#closing !== undefined) throw new Error('the environment is being reopened after a failure');
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
   * When LMDB could not write its meta page, the environment fails every operation from then on, and a transaction would
   * never end. A new reader detects this at once; closed and opened again, the environment works.
   */
  async #closeIfBroken(opened: Opened): Promise<void> {
    try {
      opened.root.resetReadTxn();
      opened.tables.checkFormat();
    } catch {
      this.#opened = undefined;
      this.#closing = opened.root.close();
      await this.#closing;
      this.#closing = undefined;
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
