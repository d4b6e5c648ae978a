import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { Probe } from './probe.ts';
import { numberOf, stage, type Subject } from './subject.ts';

/** Every line that it is given is kept, as a log has to be. */
const SCROLLBACK = 20_000_000;
/** Lines of one write: longer texts are slower to take in. */
const CHUNK = 5_000;

/** Lines above that which is gone to. */
const LEAD = 15;
/** Long lines are cut at the right edge: then line and row are one, which costs it less than wrapping. */
const NO_WRAP = '\x1b[?7l';

const place = stage();
const terminal = new Terminal({ cols: 150, rows: 38, scrollback: SCROLLBACK, convertEol: true, fontFamily: 'monospace', fontSize: 13 });

/** It drops what it is given while too much waits. */
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
  // There is a row on every place, at any time.
  isBlank: () => false,
  get roots() {
    return terminal.element === undefined ? [] : [terminal.element];
  },
};

window.probe = new Probe(subject);
