import type { LineMatches } from '../../../protocol/search/line-search.ts';
import type { WholeLine } from '../../../protocol/search/whole-lines.ts';
import type { HitForm } from './scan-task.ts';

/** Beyond this a buffer is full, bytes: so much is held for a reader that does not read. */
const MAX_BYTES = 128 * 1_024;

interface Hit {
  readonly from: number;
  readonly to: number;
  readonly json: string;
  /** How many lines that count were found before it. */
  readonly foundBefore: number;
}

/** The hits of one task. Forwards it keeps the first ones, backwards the last ones. */
export class HitBuffer {
  readonly #form: HitForm;
  readonly #limit: number;
  readonly #isBackwards: boolean;
  readonly #hits: Hit[] = [];
  /** Hits before this index were dropped. */
  #start = 0;
  #bytes = 0;
  #found = 0;
  #isCut = false;

  constructor(form: HitForm, limit: number, isBackwards: boolean) {
    this.#form = form;
    this.#limit = form === 'none' ? 0 : limit;
    this.#isBackwards = isBackwards;
  }

  /** Whether hits are only counted from now on. */
  get isCounting(): boolean {
    return this.given >= this.#limit && (this.#limit === 0 || !this.#isBackwards);
  }

  /** Forwards: no more lines should be added. */
  get isFull(): boolean {
    return !this.#isBackwards && this.#bytes >= MAX_BYTES;
  }

  get given(): number {
    return this.#hits.length - this.#start;
  }

  /** The lines that count, among those that the buffer speaks for. */
  get found(): number {
    return this.#found - (this.#isCut ? (this.#hits[this.#start]?.foundBefore ?? 0) : 0);
  }

  /** Backwards: the buffer speaks for the lines from this one on; undefined for all that were added. */
  get cutAt(): number | undefined {
    return this.#isCut ? this.#hits[this.#start]?.from : undefined;
  }

  /** `matches` are not needed while {@link HitBuffer.isCounting}. */
  add(line: WholeLine, matches: LineMatches | undefined, counts: boolean): void {
    const foundBefore = this.#found;
    if (counts) this.#found += 1;
    if (this.isCounting) return;
    const json = this.#form === 'lines' ? '' : encodeHit(line, matches);
    this.#hits.push({ from: line.from, to: line.to, json, foundBefore });
    this.#bytes += json.length + 16;
    if (this.#isBackwards) this.#dropFirst();
  }

  /** The hits as NDJSON, in the order of the search; undefined without any. */
  output(): Uint8Array<ArrayBuffer> | undefined {
    const hits = this.#hits.slice(this.#start);
    if (hits.length === 0) return undefined;
    if (this.#isBackwards) hits.reverse();
    return new TextEncoder().encode(this.#form === 'lines' ? encodeLines(hits) : hits.map(({ json }) => json).join(''));
  }

  #dropFirst(): void {
    while (this.given > this.#limit) this.#drop();
    while (this.#bytes > MAX_BYTES && this.given > 1) {
      this.#drop();
      this.#isCut = true;
    }
  }

  #drop(): void {
    this.#bytes -= (this.#hits[this.#start]?.json.length ?? 0) + 16;
    this.#start += 1;
  }
}

function encodeHit({ from, time }: WholeLine, matches: LineMatches | undefined): string {
  const at = (matches?.at ?? []).map(([start, end]) => `[${start},${end}]`).join();
  return `{"line":${from},"time":${JSON.stringify(time)},"at":[${at}]${matches?.more === true ? ',"more":1' : ''}}\n`;
}

/** Consecutive lines become one range. */
function encodeLines(hits: readonly Hit[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const { from, to } of hits) {
    const last = ranges.at(-1);
    if (last !== undefined && from === last[1] + 1) last[1] = to;
    else if (last !== undefined && to === last[0] - 1) last[0] = from;
    else ranges.push([from, to]);
  }
  return `${JSON.stringify({ lines: ranges })}\n`;
}
