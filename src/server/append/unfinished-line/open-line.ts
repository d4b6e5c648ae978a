import { cutBefore } from '../../../protocol/cut.ts';
import { ESC, readEscape } from '../../../protocol/escape.ts';
import { LIMITS } from '../../../protocol/limits.ts';
import { TAB_STOP, readCluster } from '../../../protocol/terminal/clusters.ts';
import { withoutLongStrings } from '../../../protocol/terminal/long-strings.ts';
import { clipText, tailStart, type CarriedText } from '../../live/clip-text.ts';
import { OpenScreen } from './open-screen.ts';
import { replayOfScreen, textOfScreen } from './screen-text.ts';
import { NO_EFFECT, carryWith, effectOfText, type SgrEffect } from './sgr-effect.ts';

/** Characters that gather until they are looked at. */
const GATHERED = 2 * LIMITS.partBytes;

/** What goes back to where something stands already, or leaves the row. */
const MOVES = new RegExp(`[\\b\\r]|${ESC}(?:[78DEMc]|\\[[0-9;]*(?:[@A-HPXadefsu\`]|[1-9][JK]))`, 'u');

/**
 * The unfinished line of one writer, as a terminal shows it. Takes the text as it comes, and looks at each character a
 * bounded number of times; what it keeps, and what showing it costs, does not grow with the line.
 */
export class OpenLine {
  /** Text that was not read yet, and the start of a sequence that it continues. */
  #unread = '';
  #open = '';
  /** Text that was not looked at; while nothing moves, the end of all there is. */
  #text = '';
  /** Of what stood before the text. */
  #effect: SgrEffect = NO_EFFECT;
  #columns = 0;
  /** Where something moved: what all before the text has come to. */
  #screen: OpenScreen | undefined;

  /** The next line begins, or what is left of one whose start is stored; `open` is a sequence that the start left open. */
  restart(open = ''): void {
    this.#unread = '';
    this.#open = open;
    this.#text = '';
    this.#effect = NO_EFFECT;
    this.#columns = 0;
    this.#screen = undefined;
  }

  /** Takes text without a line end. */
  write(text: string): void {
    this.#unread += text;
    if (this.#unread.length > GATHERED) this.#settle();
  }

  /**
   * At most 4 KiB that show what a terminal shows of it: of one row the end, of several the lowest.
   *
   * @param carry - SGR parameters in force where the line begins.
   */
  show(carry: string): CarriedText {
    this.#read();
    if (this.#screen !== undefined || MOVES.test(this.#text)) this.#settle();
    if (this.#screen !== undefined) return clipText(textOfScreen(this.#screen, carry, LIMITS.partBytes), LIMITS.partBytes);
    return clipText({ text: this.#text, carry: carryWith(this.#effect, carry) }, LIMITS.partBytes);
  }

  /**
   * A text that does to a terminal what all of the line has done that shows, so that one can go on from there. It is longer
   * than a part, but bounded too.
   */
  replay(): string {
    this.#read();
    if (this.#screen === undefined && MOVES.test(this.#text)) this.#settle();
    const rest = this.#text + this.#open;
    if (this.#screen !== undefined) return replayOfScreen(this.#screen) + rest;
    const before = carryWith(this.#effect, '');
    return (before === '' ? '' : `${ESC}[${before}m`) + rest;
  }

  /** Reads what came; the content of pictures and other long strings is dropped. */
  #read(): void {
    if (this.#unread === '') return;
    const { text, open } = withoutLongStrings(this.#unread, this.#open);
    this.#text += text;
    this.#open = open;
    this.#unread = '';
  }

  #settle(): void {
    this.#read();
    const text = this.#text;
    if (this.#screen === undefined && !MOVES.test(text)) return this.#forget(tailStart(text, LIMITS.partBytes));
    const screen = (this.#screen ??= new OpenScreen({ effect: this.#effect, link: '' }, this.#columns));
    for (let from = 0; from < text.length;) {
      const to = cutBefore(text, from + GATHERED, from);
      screen.write(text.slice(from, to));
      from = to;
    }
    this.#text = '';
    if (!screen.isBlank) return;
    this.#screen = undefined;
    this.#effect = screen.pen.effect;
    this.#columns = 0;
  }

  /** Keeps of what stands before an index no more than what it has led to. */
  #forget(index: number): void {
    const gone = this.#text.slice(0, index);
    this.#effect = effectOfText(this.#effect, gone);
    this.#columns = columnsAfter(this.#columns, gone);
    this.#text = this.#text.slice(index);
  }
}

/** Nearly everything: printable ASCII without a mark on it. */
const PLAIN = /[ -~]+(?![\u0300-\uffff])/y;

/** The column that a text leads to that moves nowhere. */
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
