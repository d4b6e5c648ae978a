import type { CommandModule } from '../cli/program.ts';
import { flag } from '../cli/options.ts';
import { ADDRESS_OPTIONS, REMOTE_OPTIONS, remoteAddressFrom, TOKEN_OPTION, type RemoteOptions } from '../cli/settings.ts';
import { LogReader } from '../read/log-reader.ts';
import { outlineOf } from '../read/outline.ts';
import { outlineRecords, outlineText } from '../read/outline-text.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { checkChannel } from './channels.ts';
import { likeGrep, NOT_FOUND } from './exit-codes.ts';
import { requireServer } from './remote.ts';

interface OutlineOptions extends RemoteOptions {
  readonly json?: true;
}

/** Groups that are printed. */
const MAX_GROUPS = 10_000;

export const outline: CommandModule<OutlineOptions> = {
  operands: ['<CHANNEL>'],
  usage: 'CHANNEL [options]',
  about: `
Prints what a log holds without its lines: its state, how many entries it has of each level, and its groups with their first lines,
durations, errors and warnings.

The exit code is 0 if the log has a line, 1 if it has none, and 2 if something went wrong.

  log-stream outline build:42
  log-stream outline build:42 --json`,
  options: [...ADDRESS_OPTIONS, TOKEN_OPTION, ...REMOTE_OPTIONS, flag('--json', 'Print a JSON object a line: the log, then each group')],
  run: ({ operands: [operand = ''], options }) =>
    likeGrep(async () => {
      const channel = checkChannel(operand);
      const { endpoint, topics } = await requireServer(remoteAddressFrom(options));
      const out = new StdoutPipe(process.stdout, () => process.exit(0));
      try {
        const reader = new LogReader(endpoint, topics, channel);
        const state = await reader.state();
        if (state === undefined) return NOT_FOUND;
        const result = await outlineOf(reader, state, MAX_GROUPS);
        await out.write(
          options.json === true
            ? outlineRecords(channel, result)
                .map((record) => `${JSON.stringify(record)}\n`)
                .join('')
            : outlineText(channel, result, Date.now()),
        );
        return state.head === 0 ? NOT_FOUND : 0;
      } finally {
        endpoint.close();
      }
    }),
};
