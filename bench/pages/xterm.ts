import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { Probe } from './probe.ts';
import { numberOf, stage, type Subject } from './subject.ts';

/** Every line is kept, as a log has to be. */
const SCROLLBACK = 20_000_000;
/** Lines in one write: longer texts take disproportionately long. */
const CHUNK = 5_000;

/** Lines above the target of a jump. */
const LEAD = 15;
/** Long lines are cut at the right edge, so that each line is one row; that costs xterm.js less than wrapping. */
const NO_WRAP = '\x1b[?7l';

const place = stage();
const terminal = new Terminal({ cols: 150, rows: 38, scrollback: SCROLLBACK, convertEol: true, fontFamily: 'monospace', fontSize: 13 });

/** xterm.js drops writes while too many are waiting. */
async function fill(lines: readonly string[]): Promise<void> {
  for (let at = 0; at < lines.length; at += CHUNK) {
    const text = `${lines.slice(at, at + CHUNK).join('\n')}\n`;
    await new Promise<void>((resolve) => terminal.write(text, resolve));
  }
}

const subject: Subject = {
  open(lines) {
    terminal.open(place);
    terminal.write(NO_WRAP);
    void fill(lines);
  },
  append(lines) {
    terminal.write(`${lines.join('\n')}\n`);
  },
  goTo(line) {
    terminal.scrollToLine(Math.max(0, line - LEAD));
  },
  shown() {
    const rows = [...(terminal.element?.querySelectorAll('.xterm-rows > div') ?? [])];
    const numbers = rows.flatMap((row) => numberOf(row.textContent) ?? []);
    const first = numbers[0];
    const last = numbers.at(-1);
    return first === undefined || last === undefined ? undefined : { first, last };
  },
  // There is always a row in every place.
  isBlank: () => false,
  get roots() {
    return terminal.element === undefined ? [] : [terminal.element];
  },
};

window.probe = new Probe(subject);
