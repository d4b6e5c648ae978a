import { LineSearch } from '../../../protocol/search/line-search.ts';
import { QueryError, type SearchQuery } from '../../../protocol/search/query.ts';
import { DamagedLogError } from '../../stores/lmdb/block.ts';
import { Prefilter } from './prefilter.ts';
import { scanBlocks, type ScanHost } from './scan-blocks.ts';
import type { ScanResult, ScanTask } from './scan-task.ts';

/** What a thread is asked. */
export type ScanRequest =
  /** Whether a query can be compiled. */
  { readonly kind: 'check'; readonly query: SearchQuery } | { readonly kind: 'scan'; readonly task: ScanTask };

/** What a thread answers. */
export type ScanAnswer =
  | { readonly kind: 'compiles' }
  /** The query cannot be compiled. */
  | { readonly kind: 'invalid'; readonly message: string }
  /** Undefined if the request was cancelled. */
  | { readonly kind: 'scanned'; readonly result: ScanResult | undefined }
  /** The pattern takes too much time or memory for an engine: `message` says which. */
  | { readonly kind: 'hard'; readonly message: string }
  /** Blocks cannot be read. */
  | { readonly kind: 'damaged'; readonly message: string };

interface CompiledQuery {
  readonly search: LineSearch;
  readonly filter: Prefilter;
}

/** How many queries stay compiled. */
const CAPACITY = 16;

/** Answers requests, one at a time. */
export class Scanner {
  readonly #compiled = new Map<string, CompiledQuery>();

  answer(request: ScanRequest, host: ScanHost): ScanAnswer {
    try {
      if (request.kind === 'check') return this.#check(request.query);
      const { search, filter } = this.#compile(request.task.query);
      return { kind: 'scanned', result: scanBlocks(request.task, search, filter, host) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof QueryError) return { kind: 'invalid', message };
      return { kind: error instanceof DamagedLogError ? 'damaged' : 'hard', message };
    }
  }

  /** An engine compiles a pattern when it is used first, once for texts in Latin-1 and once for all others. */
  #check(query: SearchQuery): ScanAnswer {
    const { search } = this.#compile(query);
    try {
      for (const text of ['', '\u0100']) search.find(text);
      return { kind: 'compiles' };
    } catch {
      return { kind: 'invalid', message: 'The regular expression is too large.' };
    }
  }

  #compile(query: SearchQuery): CompiledQuery {
    const key = JSON.stringify(query);
    const known = this.#compiled.get(key);
    if (known !== undefined) return known;
    const compiled = { search: new LineSearch(query), filter: new Prefilter(query) };
    this.#compiled.set(key, compiled);
    if (this.#compiled.size > CAPACITY) {
      const [oldest = ''] = this.#compiled.keys();
      this.#compiled.delete(oldest);
    }
    return compiled;
  }
}
