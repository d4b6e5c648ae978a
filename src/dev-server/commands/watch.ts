import type { Line } from '../../protocol/line.ts';
import { flag, integer } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { note } from '../terminal/note.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { TerminalText } from '../terminal/terminal-text.ts';
import { ADDRESS_OPTIONS, REMOTE_OPTIONS, remoteAddressFrom, TOKEN_OPTION, type RemoteOptions } from '../cli/settings.ts';
import { LogFollower } from '../follow/log-follower.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

interface WatchOptions extends RemoteOptions {
  readonly after?: number;
  readonly raw?: true;
}

export const watch: CommandModule<WatchOptions> = {
  operand: '<CHANNEL>',
  usage: 'CHANNEL [options]',
  about: `
Prints a log of a running server as it is written, and exits with the log's exit code when it ends. Every line is printed exactly
once, even if the connection breaks or the server restarts.

To a terminal, only text and its colours are printed; other control sequences are dropped unless --raw is given. To a file or
a pipe, everything is written unchanged.

  log-stream watch build:42
  log-stream watch build:42 --after 1000`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    integer('--after <N>', 'Start after line N (default: 0, the first line)', 0),
    flag('--raw', 'Pass every control sequence to the terminal'),
  ],
  async run({ operand, options }) {
    const channel = checkChannel(operand);
    const { endpoint, topics } = await requireServer(remoteAddressFrom(options));
    // When stdout is closed, as by `head`, there is nothing left to do.
    const out = new StdoutPipe(process.stdout, () => process.exit(0));
    const print = printer(process.stdout.isTTY && options.raw !== true);
    for await (const event of new LogFollower({ endpoint, topics, channel, after: options.after ?? 0, onTrouble: note }).follow()) {
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

/** Turns lines into text: unchanged, or only with what is safe to send to a terminal. */
function printer(isFiltered: boolean): (lines: readonly Line[]) => string {
  if (!isFiltered) return (lines) => lines.map(([, text, extra]) => (extra?.p === 1 ? text : `${text}\n`)).join('');
  const terminal = new TerminalText();
  return (lines) => lines.map(([, text, extra]) => terminal.push(text) + (extra?.p === 1 ? '' : terminal.endLine())).join('');
}

/** Processes exit with 0 to 255; any other code must not look like success. */
function exitCode(code: number): number {
  return code >= 0 && code <= 255 ? code : 1;
}
