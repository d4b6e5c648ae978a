import { ESC, readEscape, type EscapeSequence } from '../../protocol/escape.ts';
import { SGR_DEFAULT, applySgr, isSgr, type SgrState } from '../../protocol/sgr.ts';
import { CellLine } from './cells.ts';
import { joinedLength } from './clusters.ts';
import { controlPicture, isPlain } from './controls.ts';
import type { TextRun } from './runs.ts';

/** Whether a line moves its cursor: by a carriage return, a backspace, or a CSI of columns or erasure. */
const MOVES = new RegExp(`[\\b\\r]|${ESC}\\[[0-9;]*[CDGK\`]`, 'u');

/**
 * What a terminal would show for one line, as runs of equal look. `carry` holds the SGR parameters in force at its
 * start. Well-formed sequences that mean nothing here are swallowed; other control characters become chips. Any text
 * is accepted, in linear time.
 */
export function parseLine(text: string, carry = ''): TextRun[] {
  const start = carry === '' ? SGR_DEFAULT : applySgr(SGR_DEFAULT, carry);
  if (isPlain(text)) return text === '' ? [] : [{ text, style: start, chip: false }];
  const sink: Sink = MOVES.test(text) ? new CellSink() : new RunSink();
  feed(text, start, sink);
  return sink.runs();
}

/** The text of a line as it is shown, for copying and for screen readers. */
export function plainText(text: string): string {
  return isPlain(text)
    ? text
    : parseLine(text)
        .map((run) => run.text)
        .join('');
}

type Run = { -readonly [K in keyof TextRun]: TextRun[K] };

interface Sink {
  text(text: string, style: SgrState): void;
  chip(text: string, style: SgrState): void;
  control(code: number): boolean;
  sequence(sequence: EscapeSequence): void;
  runs(): TextRun[];
}

function feed(text: string, start: SgrState, sink: Sink): void {
  let style = start;
  let from = 0;
  const flush = (to: number): void => {
    if (to > from) sink.text(text.slice(from, to), style);
  };
  for (let at = 0; at < text.length;) {
    if (text[at] === ESC) {
      flush(at);
      const sequence = readEscape(text, at);
      if (isSgr(sequence)) style = applySgr(style, sequence.params);
      else sink.sequence(sequence);
      at = from = sequence.end;
      continue;
    }
    const picture = controlPicture(text.charCodeAt(at));
    if (picture === undefined) {
      at += 1;
      continue;
    }
    flush(at);
    if (!sink.control(text.charCodeAt(at)) && picture !== '') sink.chip(picture, style);
    at = from = at + 1;
  }
  flush(text.length);
}

/** For lines whose cursor only goes forward. */
class RunSink implements Sink {
  readonly #runs: Run[] = [];

  text(text: string, style: SgrState): void {
    const last = this.#runs.at(-1);
    const joined = last === undefined || last.chip ? 0 : joinedLength(text);
    if (last !== undefined && joined > 0) last.text += text.slice(0, joined);
    if (joined < text.length) this.#runs.push({ text: text.slice(joined), style, chip: false });
  }

  chip(text: string, style: SgrState): void {
    this.#runs.push({ text, style, chip: true });
  }

  control(): boolean {
    return false;
  }

  sequence(): void {
    // Swallowed: it neither writes nor changes the look.
  }

  runs(): TextRun[] {
    return this.#runs;
  }
}

const BACKSPACE = 0x08;
const RETURN = 0x0d;

/** For lines that overwrite themselves. */
class CellSink implements Sink {
  readonly #line = new CellLine(SGR_DEFAULT);

  text(text: string, style: SgrState): void {
    this.#line.write(text, style);
  }

  chip(text: string, style: SgrState): void {
    this.#line.writeChip(text, style);
  }

  control(code: number): boolean {
    if (code === RETURN) this.#line.moveTo(0);
    else if (code === BACKSPACE) this.#line.moveBy(-1);
    else return false;
    return true;
  }

  sequence({ kind, params, final }: EscapeSequence): void {
    if (kind !== 'csi' || !/^\d*$/u.test(params)) return;
    const count = Math.max(1, Number(params));
    switch (final) {
      case 'C':
        this.#line.moveBy(count);
        break;
      case 'D':
        this.#line.moveBy(-count);
        break;
      case 'G':
      case '`':
        this.#line.moveTo(count - 1);
        break;
      case 'K':
        this.#line.erase(Number(params));
        break;
    }
  }

  runs(): TextRun[] {
    return this.#line.runs();
  }
}
