import { cutBefore } from '../../../protocol/cut.ts';
import { ESC, readEscape } from '../../../protocol/escape.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { TAB_STOP, readCluster } from '../../../protocol/terminal/clusters.ts';
import { withoutLongStrings } from '../../../protocol/terminal/long-strings.ts';
import { clipText, tailStart, type CarriedText } from '../../live/clip-text.ts';
import { OpenScreen } from './open-screen.ts';
import { replayOfScreen, textOfScreen } from './screen-text.ts';
import { NO_EFFECT, carryWith, effectOfText, type SgrEffect } from './sgr-effect.ts';

/** Characters that are collected before they are interpreted. */
const MAX_PENDING = 2 * LIMITS.partBytes;

/** Controls and sequences that move the cursor back over written text, or out of its row. */
const MOVES = new RegExp(`[\\b\\r]|${ESC}(?:[78DEMc]|\\[[0-9;]*(?:[@A-HPXadefsu\`]|[1-9][JK]))`, 'u');

/**
 * The unfinished line of one writer, as a terminal shows it. Each character is examined a bounded number of times; neither
 * memory nor the cost of rendering grows with the line.
 */
export class OpenLine {
  /** Text whose long strings are not dropped yet. */
  #unread = '';
  /** The start of a sequence that `#unread` continues. */
  #open = '';
  /** Text not interpreted yet; while the cursor only moves forward, the end of the line. */
  #text = '';
  /** The colours that the dropped text before `#text` left. */
  #effect: SgrEffect = NO_EFFECT;
  /** The column that the dropped text led to. */
  #columns = 0;
  /** Once the cursor has moved back: what all text before `#text` left on the screen. */
  #screen: OpenScreen | undefined;

  /** Begins the next line, or the rest of one whose start is stored; `open` is the sequence that the start left open. */
  restart(open = ''): void {
    this.#unread = '';
    this.#open = open;
    this.#text = '';
    this.#effect = NO_EFFECT;
    this.#columns = 0;
    this.#screen = undefined;
  }

  /** Adds text without a line end. */
  write(text: string): void {
    this.#unread += text;
    if (this.#unread.length > MAX_PENDING) this.#interpret();
  }

  /**
   * At most 4 KiB of text that make a terminal show what the line makes it show: the end of a single row, the lowest of several.
   *
   * @param carry - SGR parameters in force where the line begins.
   */
  show(carry: string): CarriedText {
    this.#read();
    if (this.#screen !== undefined || this.#isPending()) this.#interpret();
    if (this.#screen !== undefined) return clipText(textOfScreen(this.#screen, carry, LIMITS.partBytes), LIMITS.partBytes);
    return clipText({ text: this.#text, carry: carryWith(this.#effect, carry) }, LIMITS.partBytes);
  }

  /**
   * A text that brings a terminal to the state the line has brought it to, so that more of the line can be written after
   * it. It is longer than a part, but bounded too.
   */
  replay(): string {
    this.#read();
    if (this.#isPending()) this.#interpret();
    const rest = this.#text + this.#open;
    if (this.#screen !== undefined) return replayOfScreen(this.#screen) + rest;
    const before = carryWith(this.#effect, '');
    return (before === '' ? '' : `${ESC}[${before}m`) + rest;
  }

  /** Whether `#text` has to be interpreted before it is used: it is too long, or moves the cursor back for the first time. */
  #isPending(): boolean {
    return this.#text.length > MAX_PENDING || (this.#screen === undefined && MOVES.test(this.#text));
  }

  /** Moves new text to `#text`, without the content of pictures and other long strings. */
  #read(): void {
    if (this.#unread === '') return;
    const { text, open } = withoutLongStrings(this.#unread, this.#open);
    this.#text += text;
    this.#open = open;
    this.#unread = '';
  }

  #interpret(): void {
    this.#read();
    const text = this.#text;
    if (this.#screen === undefined && !MOVES.test(text)) return this.#drop(tailStart(text, LIMITS.partBytes));
    const screen = (this.#screen ??= new OpenScreen({ effect: this.#effect, link: '' }, this.#columns));
    for (let from = 0; from < text.length;) {
      const to = cutBefore(text, from + MAX_PENDING, from);
      screen.write(text.slice(from, to));
      from = to;
    }
    this.#text = '';
    if (!screen.isBlank) return;
    this.#screen = undefined;
    this.#effect = screen.pen.effect;
    this.#columns = 0;
  }

  /** Drops the text before an index and keeps its effect. */
  #drop(index: number): void {
    const dropped = this.#text.slice(0, index);
    this.#effect = effectOfText(this.#effect, dropped);
    this.#columns = columnsAfter(this.#columns, dropped);
    this.#text = this.#text.slice(index);
  }
}

/** Printable ASCII without a combining mark: most of any log. */
const PLAIN = /[ -~]+(?![\u0300-\uffff])/y;

/** The column after a text that only moves the cursor forward. */
function columnsAfter(before: number, text: string): number {
  let column = before;
  for (let at = 0; at < text.length;) {
    PLAIN.lastIndex = at;
    if (PLAIN.test(text)) {
      column += PLAIN.lastIndex - at;
      at = PLAIN.lastIndex;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 0x1b) at = readEscape(text, at).end;
    else if (code === 0x09) {
      column += TAB_STOP - (column % TAB_STOP);
      at += 1;
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) at += 1;
    else {
      const { end, cells } = readCluster(text, at);
      column += cells;
      at = end;
    }
  }
  return column;
}
