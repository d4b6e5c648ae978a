import type { Line } from '../../protocol/line.ts';
import type { Command } from '../cli/command.ts';
import { note } from '../terminal/note.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { TerminalText } from '../terminal/terminal-text.ts';
import { ADDRESS_OPTIONS, addressFrom, REMOTE_OPTIONS, TOKEN_OPTION } from '../cli/settings.ts';
import { LogFollower } from '../follow/log-follower.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

export const watch: Command = {
  name: 'watch',
  operands: 'CHANNEL [options]',
  summary: 'Print a log from its first line and follow it to its end',
  about: `
Prints a log of a running server as it is written, and exits with the log's exit code when it ends. Every line is printed exactly
once, even if the connection breaks or the server restarts.

To a terminal, only text and its colors are printed: whatever else a log tells a terminal to do is dropped, unless --raw is
given. To a file or a pipe, everything is written as it is.

  log-stream watch build:42
  log-stream watch build:42 --after 1000`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    { name: 'after', value: 'N', help: 'Start after line N' },
    { name: 'raw', help: 'Pass every control sequence to the terminal' },
  ],
  async run(args) {
    const channel = checkChannel(args.operand('CHANNEL'));
    const after = args.integer('after', 0) ?? 0;
    const { endpoint, topics } = await requireServer(addressFrom(args));
    // Whoever read stdout has enough: there is nothing left to do.
    const out = new StdoutPipe(process.stdout, () => process.exit(0));
    const print = printer(process.stdout.isTTY && !args.flag('raw'));
    for await (const event of new LogFollower({ endpoint, topics, channel, after, onTrouble: note }).follow()) {
      switch (event.kind) {
        case 'lines':
          await out.write(print(event.lines));
          break;
        case 'removed':
          note(`Lines ${event.from}–${event.to} are no longer kept.`);
          break;
        case 'reset':
          note('The log was deleted and started again.');
          break;
        case 'end':
          endpoint.close();
          return exitCode(event.code);
      }
    }
    return 0;
  },
};

/** Makes text of lines: as they are, or as a terminal may be given them. */
function printer(isFiltered: boolean): (lines: readonly Line[]) => string {
  if (!isFiltered) return (lines) => lines.map(([, text, extra]) => (extra?.p === 1 ? text : `${text}\n`)).join('');
  const terminal = new TerminalText();
  return (lines) => lines.map(([, text, extra]) => terminal.push(text) + (extra?.p === 1 ? '' : terminal.endLine())).join('');
}

/** A process can end with 0 to 255 only; another code must not look like success. */
function exitCode(code: number): number {
  return code >= 0 && code <= 255 ? code : 1;
}
