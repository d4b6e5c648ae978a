/** A glyph, which covers one column or more. */
interface Glyph {
  text: string;
}

const TOKEN = /\x1b\[(?<params>[\d;]*)(?<final>[@-~])|\x1b(?<short>[78])|./gsu;

/** A terminal of one row, written for clarity: each column holds a glyph, or nothing. Knows letters, spaces, tabs, `日` and U+0301. */
export class RowModel {
  #columns: (Glyph | undefined)[] = [];
  #cursor = 0;
  #saved: number | undefined = undefined;
  #kept = 0;
  #isElsewhere = false;

  write(text: string): this {
    for (const { 0: token, groups } of text.matchAll(TOKEN)) {
      const final = groups?.['final'] ?? groups?.['short'];
      if (final !== undefined) this.#act(final, (groups?.['params'] ?? '').split(';'));
      else if (!this.#isElsewhere) this.#put(token);
    }
    return this;
  }

  get text(): string {
    return this.#columns
      .slice(0, this.#length)
      .map((glyph, at) => (glyph === undefined ? ' ' : glyph === this.#columns[at - 1] ? '' : glyph.text))
      .join('');
  }

  /** Columns up to the last one that holds something. */
  get #length(): number {
    return this.#columns.findLastIndex((glyph) => glyph !== undefined) + 1;
  }

  #put(character: string): void {
    if (character === '\r') this.#cursor = 0;
    else if (character === '\b') this.#cursor = Math.max(0, this.#cursor - 1);
    else if (character === '\u0301') this.#mark(character);
    else if (character !== '\t') this.#cover(character, character === '日' ? 2 : 1);
    else if (this.#cursor < this.#length) this.#cursor += 8 - (this.#cursor % 8);
    else this.#cover(character, 8 - (this.#cursor % 8));
  }

  #mark(mark: string): void {
    const at = Math.min(this.#cursor, this.#length) - 1;
    if (at < 0) this.#cover(mark, 1);
    else if (this.#columns[at] === undefined) this.#columns[at] = { text: ` ${mark}` };
    else this.#columns[at].text += mark;
  }

  #cover(text: string, width: number): void {
    this.#halve(this.#cursor, ' ');
    this.#halve(this.#cursor + width, ' ');
    while (this.#columns.length < this.#cursor) this.#columns.push(undefined);
    const glyph = { text };
    for (let at = 0; at < width; at += 1) this.#columns[this.#cursor + at] = glyph;
    this.#cursor += width;
  }

  /** Leaves single columns of a glyph on both sides of a border. */
  #halve(border: number, by: ' ' | undefined): void {
    const glyph = this.#columns[border];
    if (glyph === undefined || glyph !== this.#columns[border - 1]) return;
    this.#columns = this.#columns.map((each) => (each !== glyph ? each : by && { text: by }));
  }

  #erase(from: number, to: number): void {
    this.#halve(from, undefined);
    this.#halve(to, undefined);
    for (let at = from; at < Math.min(to, this.#columns.length); at += 1) this.#columns[at] = undefined;
  }

  #act(final: string, params: readonly string[]): void {
    const [first, second] = params.map((param) => (param === '' ? undefined : Number(param)));
    const count = Math.max(1, first ?? 1);
    if (final === '7' || (final === 's' && params.join(';') === '')) {
      if (!this.#isElsewhere) this.#kept = this.#cursor;
      this.#saved = this.#kept;
    } else if (final === '8' || (final === 'u' && params.join(';') === '')) {
      this.#cursor = this.#kept;
      this.#saved = undefined;
      this.#isElsewhere = false;
    } else if ('Hf'.includes(final) && this.#saved !== undefined) this.#isElsewhere = true;
    else if (!this.#isElsewhere) this.#edit(final, count, first ?? 0, second ?? 1);
  }

  #edit(final: string, count: number, mode: number, column: number): void {
    const at = this.#cursor;
    if (final === 'G' || final === '`') this.#cursor = count - 1;
    else if (final === 'C' || final === 'a') this.#cursor += count;
    else if (final === 'D') this.#cursor = Math.max(0, at - count);
    else if (final === 'E' || final === 'F') this.#cursor = 0;
    else if (final === 'H' || final === 'f') this.#cursor = Math.max(0, column - 1);
    else if (final === 'X') this.#erase(at, at + count);
    else if (final === 'K' || final === 'J') {
      if (mode === 0) this.#erase(at, Infinity);
      if (mode === 1) this.#erase(0, at + 1);
      if (mode === 2) this.#columns = [];
    } else if (final === 'P') {
      this.#halve(at, undefined);
      this.#halve(at + count, undefined);
      this.#columns.splice(at, count);
    } else if (final === '@' && at < this.#length) {
      this.#halve(at, ' ');
      this.#columns.splice(at, 0, ...Array.from({ length: count }, () => undefined));
    }
  }
}
