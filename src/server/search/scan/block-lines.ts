import { gunzipSync } from 'node:zlib';
import type { Line } from '../../../protocol/line.ts';
import { DamagedLogError, decodeBlock, layoutOf } from '../../stores/lmdb/block.ts';
import type { BlockView } from './packed-blocks.ts';
import type { Prefilter } from './prefilter.ts';

/** No page of history is longer once it is inflated, bytes: 1 MiB of text, or one long line, escaped as JSON. */
const MAX_PAGE = 512 * 1_024 * 1_024;

/** Most bytes inflated in one piece. */
const MAX_PIECE = 4 * 1_024 * 1_024;
/** An engine asks for another piece when one is full. */
const SLACK = 64;

/** The lines of a block, decoded when they are asked for. */
export interface BlockLines {
  /** Whether some line may be found, or is a piece of a longer one. If not, no line of the block needs to be looked at. */
  mayMatter(filter: Prefilter): boolean;
  lines(): readonly Line[];
}

export function openBlock({ format, data }: BlockView): BlockLines {
  switch (format) {
    case 'block':
      return new EncodedBlockLines(data);
    case 'sealed':
      return new JsonLines(inflate(data), 'page');
    case 'json':
      return new JsonLines(data, 'lines');
  }
}

class EncodedBlockLines implements BlockLines {
  readonly #data: Buffer;

  constructor(data: Buffer) {
    this.#data = data;
  }

  mayMatter(filter: Prefilter): boolean {
    const { isPlain, runs, bodyStart, bodyEnd } = layoutOf(this.#data);
    if (!isPlain || runs.some(([, , { p }]) => p === 1)) return true;
    if (!filter.admitsAny(runs.map(([, , { l }]) => l))) return false;
    return filter.text.mayHold(this.#data.subarray(bodyStart, bodyEnd));
  }

  lines(): readonly Line[] {
    return decodeBlock(this.#data);
  }
}

/** Where a quote is part of a text it has a backslash before it, so this is a key. */
const PIECE_KEY = '"p":1';

class JsonLines implements BlockLines {
  readonly #json: Buffer;
  readonly #kind: 'page' | 'lines';

  constructor(json: Buffer, kind: 'page' | 'lines') {
    this.#json = json;
    this.#kind = kind;
  }

  mayMatter(filter: Prefilter): boolean {
    return this.#json.includes(PIECE_KEY) || (filter.admitsJson(this.#json) && filter.json.mayHold(this.#json));
  }

  lines(): readonly Line[] {
    const value = undamaged(() => JSON.parse(this.#json.toString()) as unknown);
    // Written by this server: the store checked the lines when they were appended.
    return this.#kind === 'lines' ? (value as readonly Line[]) : (value as { readonly lines: readonly Line[] }).lines;
  }
}

function inflate(data: Buffer): Buffer {
  return undamaged(() => {
    // It says at its end how long it is: inflated in one piece, it is not copied.
    const size = data.readUInt32LE(data.length - 4);
    return gunzipSync(data, { maxOutputLength: MAX_PAGE, chunkSize: Math.min(size, MAX_PIECE) + SLACK });
  });
}

function undamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new DamagedLogError('A page of lines cannot be read.', { cause: error });
  }
}
