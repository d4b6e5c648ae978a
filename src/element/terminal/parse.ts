import { SGR_DEFAULT, applySgr } from '../../protocol/sgr.ts';
import { joinedLength } from '../../protocol/terminal/clusters.ts';
import { isPlain } from '../../protocol/terminal/plain.ts';
import { parseEscapes, type TerminalSink } from '../../protocol/terminal/parse-escapes.ts';
import { RowSink } from '../../protocol/terminal/row-sink.ts';
import { movesInRow } from '../../protocol/terminal/shown-text.ts';
import { nextPen } from './pens.ts';
import { BLANK_PEN, runsOf, type TextPen, type OpenRun, type TextRun } from './runs.ts';

/**
 * What a terminal would show for one line, as runs of equal style. `carry` holds the SGR parameters in force at its
 * start, and `link` the target of a hyperlink that is open there. Well-formed sequences that mean nothing here are
 * dropped; other control characters become chips. Accepts any text, in linear time. The texts of all runs together are `shownText`.
 */
export function parseLine(text: string, carry = '', link = ''): readonly TextRun[] {
  const style = carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry);
  if (isPlain(text)) return text === '' ? [] : [{ text, style, link, chip: false }];
  const sink = movesInRow(text) ? new RowSink(BLANK_PEN) : new RunSink();
  parseEscapes(text, { style, link }, nextPen, sink);
  return sink instanceof RowSink ? runsOf(sink.cells) : sink.runs;
}

/** Collects the runs of a line whose cursor only moves forward. */
class RunSink implements TerminalSink<TextPen> {
  readonly #runs: OpenRun[] = [];

  get runs(): readonly TextRun[] {
    return this.#runs;
  }

  text(text: string, { style, link }: TextPen): void {
    const last = this.#runs.at(-1);
    // Marks belong to the character before them, whatever came between.
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
    // Dropped: it neither writes nor moves.
  }
}
