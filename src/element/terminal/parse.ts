import { ESC } from '../../protocol/escape.ts';
import { SGR_DEFAULT, applySgr } from '../../protocol/sgr.ts';
import { joinedLength } from '../../protocol/terminal/clusters.ts';
import { parseEscapes, type TerminalSink } from './parse-escapes.ts';
import { isPlain } from './invisible-reader.ts';
import { RowSink } from './row-sink.ts';
import { textOf, type TextPen, type OpenRun, type TextRun } from './runs.ts';

/**
 * Whether a line moves its cursor or takes back what it wrote: by a carriage return, a backspace, or a sequence of
 * columns, erasure or places. Erasing to the end (gcc and grep do it all the time) takes back nothing without those.
 */
const MOVES = new RegExp(`[\\b\\r]|${ESC}(?:[78]|\\[[0-9;]*(?:[@CDEFGHPXafsu\`]|[1-9][JK]))`, 'u');

/** Sequences that set nothing but the look of what follows. */
const COLOURS = new RegExp(`${ESC}\\[[0-9;:]*m`, 'gu');

/**
 * What a terminal would show for one line, as runs of equal style. `carry` holds the SGR parameters in force at its
 * start, and `link` the target of a hyperlink that is open there. Well-formed sequences that mean nothing here are
 * dropped; other control characters become chips. Accepts any text, in linear time.
 */
export function parseLine(text: string, carry = '', link = ''): readonly TextRun[] {
  const style = carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry);
  if (isPlain(text)) return text === '' ? [] : [{ text, style, link, chip: false }];
  const sink = MOVES.test(text) ? new RowSink(text.length) : new RunSink();
  parseEscapes(text, { style, link }, sink);
  return sink.runs();
}

/** The text of a line as it is shown, for copying and for screen readers. */
export function plainText(text: string): string {
  // Most lines have colours at most, which take up nothing.
  const bare = text.includes(ESC) ? text.replace(COLOURS, '') : text;
  return isPlain(bare) ? bare : textOf(parseLine(text));
}

/** For lines whose cursor only goes forward. */
class RunSink implements TerminalSink {
  readonly #runs: OpenRun[] = [];

  text(text: string, { style, link }: TextPen): void {
    const last = this.#runs.at(-1);
    // Marks belong to what stands before them, whatever look they were written with.
    const joined = last === undefined || last.chip ? 0 : joinedLength(text);
    if (last !== undefined && joined > 0) last.text += text.slice(0, joined);
    if (joined < text.length) this.#runs.push({ text: text.slice(joined), style, link, chip: false });
  }

  chip(text: string, { style, link }: TextPen): void {
    this.#runs.push({ text, style, link, chip: true });
  }

  control(): boolean {
    return false;
  }

  sequence(): void {
    // Swallowed: it neither writes nor moves.
  }

  runs(): readonly TextRun[] {
    return this.#runs;
  }
}
