import type { Command } from '../cli/command.ts';
import { note, Outlet } from '../cli/print.ts';
import { ADDRESS_OPTIONS, addressFrom, TOKEN_OPTION } from '../cli/settings.ts';
import { LogFollower } from '../follow/log-follower.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

export const watch: Command = {
  name: 'watch',
  operands: 'CHANNEL [options]',
  summary: 'Print a log from its first line and follow it to its end',
  about: `
Prints a log of a running server as it was written, waits for what comes, and exits with the log's exit code when it ends. Every
line is printed exactly once, also when the connection breaks or the server starts again in between.

  log-stream watch build:42
  log-stream watch build:42 --after 1000`,
  options: [...ADDRESS_OPTIONS, TOKEN_OPTION, { name: 'after', value: 'N', help: 'Begin behind line N' }],
  async run(args) {
    const channel = checkChannel(args.operand('The channel'));
    const after = args.integer('after', 0) ?? 0;
    const { endpoint, topics } = await requireServer(addressFrom(args));
    // Whoever read stdout has enough: there is nothing left to do.
    const out = new Outlet(process.stdout, () => process.exit(0));
    for await (const event of new LogFollower({ endpoint, topics, channel, after, onTrouble: note }).follow()) {
      switch (event.kind) {
        case 'lines':
          await out.write(event.lines.map(([, text, extra]) => (extra?.p === 1 ? text : `${text}\n`)).join(''));
          break;
        case 'removed':
          note(`Lines ${event.from} to ${event.to} were removed by retention.`);
          break;
        case 'reset':
          note('The log was removed and begins anew.');
          break;
        case 'end':
          endpoint.close();
          return exitCode(event.code);
      }
    }
    return 0;
  },
};

/** A process can end with 0 to 255 only; another code must not look like success. */
function exitCode(code: number): number {
  return code >= 0 && code <= 255 ? code : 1;
}
