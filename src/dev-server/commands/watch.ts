import { LineSearch } from '../../protocol/search/line-search.ts';
import { QueryError } from '../../protocol/search/query.ts';
import { flag, integer, level, moment, text } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { ADDRESS_OPTIONS, REMOTE_OPTIONS, remoteAddressFrom, TOKEN_OPTION, type RemoteOptions } from '../cli/settings.ts';
import { LogFollower, type LogFollowEvent } from '../follow/log-follower.ts';
import { canSearch, findLines } from '../read/find-lines.ts';
import { linePrinter, piecePrinter } from '../read/line-printer.ts';
import { LogReader } from '../read/log-reader.ts';
import { startOf } from '../read/start-of.ts';
import { storedEvents } from '../read/stored-events.ts';
import { WatchedLines } from '../read/watched-lines.ts';
import { note } from '../terminal/note.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { UsageError } from '../util/errors.ts';
import { checkChannel } from './channels.ts';
import { NOT_FOUND } from './exit-codes.ts';
import { requireServer } from './remote.ts';

interface WatchOptions extends RemoteOptions {
  readonly after?: number;
  readonly tail?: number;
  readonly since?: number;
  readonly until?: number;
  readonly level?: number;
  readonly grep?: string;
  readonly case?: true;
  readonly json?: true;
  readonly raw?: true;
  /** False with `--no-follow`. */
  readonly follow?: boolean;
}

export const watch: CommandModule<WatchOptions> = {
  operands: ['<CHANNEL>'],
  usage: 'CHANNEL [options]',
  about: `
Prints a log of a running server as it is written, and exits with the log's exit code when it ends. Every line is printed exactly
once, even if the connection breaks or the server restarts.

With --grep or --level, only some lines are printed, and the exit code is 0 if there was one, 1 if there was none, and 2 if something
went wrong.

To a terminal, only text and its colours are printed; other control sequences are dropped unless --raw is given. To a file or
a pipe, everything is written unchanged.

  log-stream watch build:42
  log-stream watch build:42 --tail 100
  log-stream watch build:42 --since 15m --level warn
  log-stream watch build:42 --grep 'passed|failed' --no-follow --json`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    integer('--after <N>', 'Start after line N (default: 0, the first line)', 0).conflicts(['tail', 'since']),
    integer('--tail <N>', 'Start with the last N lines', 0).conflicts(['after', 'since']),
    moment('--since <TIME>', 'Start at the first line written at this time or later, e.g. 15m, 2h or 2026-11-29T17:00:00Z').conflicts([
      'after',
      'tail',
    ]),
    moment('--until <TIME>', 'Stop before the first line written at this time or later; implies --no-follow'),
    level('--level <LEVEL>', 'Only lines of this level or above: trace, debug, info, warn, error, fatal'),
    text('--grep <RE>', 'Only lines that match this regular expression (JavaScript), in upper or lower case'),
    flag('--case', 'With --grep, tell upper and lower case apart'),
    flag('--json', 'Print a JSON object for each line: offset, time, level, text, and hidden where text is hidden'),
    flag('--raw', 'Pass every control sequence to the terminal'),
    flag('--no-follow', 'Print what there is, and stop'),
  ],
  async run({ operands: [operand = ''], options }) {
    const channel = checkChannel(operand);
    const search = searchOf(options);
    const { endpoint, topics } = await requireServer(remoteAddressFrom(options));
    try {
      const reader = new LogReader(endpoint, topics, channel);
      const state = await reader.state();
      let after = await startOf(reader, state, options);
      // When stdout is closed, as by `head`, there is nothing left to do.
      const out = new StdoutPipe(process.stdout, () => process.exit(0));
      const isFiltered = process.stdout.isTTY && options.raw !== true;
      const print = linePrinter({ json: options.json, isFiltered });
      let found = 0;
      if (search !== undefined && state !== undefined && canSearch(state, search.query)) {
        // The server finds what there is; only what comes later has to be looked at here.
        const upto = options.until === undefined ? state.head : await startOf(reader, state, { since: options.until });
        found = await findLines(
          reader,
          state,
          search.query,
          { after, upto },
          { onLine: async (line) => (await out.write(print(line)), true) },
        );
        after = state.head;
      }
      const isFollowing = options.follow !== false && options.until === undefined;
      const events = isFollowing
        ? new LogFollower({ endpoint, topics, channel, after, onTrouble: note }).follow()
        : storedEvents(reader, state, after, options.until);
      if (search === undefined && options.json !== true) return await printAll(events, piecePrinter(isFiltered), out);
      const lines = new WatchedLines(search, state === undefined || state.has.has('marks'));
      const code = await printSome(events, lines, print, out);
      return search === undefined ? code : found + lines.found > 0 ? 0 : NOT_FOUND;
    } finally {
      endpoint.close();
    }
  },
};

/** Prints every line as it comes; resolves to the exit code of the log. */
async function printAll(events: AsyncIterable<LogFollowEvent>, print: ReturnType<typeof piecePrinter>, out: StdoutPipe): Promise<number> {
  for await (const event of events) {
    if (event.kind === 'lines') await out.write(print(event.lines));
    else if (event.kind === 'end') return exitCode(event.code);
    else tell(event);
  }
  return 0;
}

/** Prints the lines that are wanted, each when it is whole; resolves to the exit code of the log. */
async function printSome(
  events: AsyncIterable<LogFollowEvent>,
  lines: WatchedLines,
  print: ReturnType<typeof linePrinter>,
  out: StdoutPipe,
): Promise<number> {
  let code = 0;
  for await (const event of events) {
    if (event.kind === 'lines') await out.write(lines.add(event.from, event.lines).map(print).join(''));
    else if (event.kind === 'end') code = exitCode(event.code);
    else tell(event);
    if (event.kind === 'end') break;
  }
  await out.write(lines.end().map(print).join(''));
  return code;
}

function tell(event: Exclude<LogFollowEvent, { kind: 'lines' | 'end' }>): void {
  if (event.kind === 'removed') note(`Lines ${event.from}–${event.to} are no longer kept.`);
  else note('The log was deleted and started again.');
}

/** What --grep and --level ask for; undefined for every line. Throws UsageError. */
function searchOf({ grep, case: isExact, level: least }: WatchOptions): LineSearch | undefined {
  if (grep === undefined && least === undefined) return undefined;
  try {
    return new LineSearch({ q: grep ?? '', regex: true, case: isExact === true, level: least });
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(error.message.replace('"q"', '--grep')) : error;
  }
}

/** Processes exit with 0 to 255; any other code must not look like success. */
function exitCode(code: number): number {
  return code >= 0 && code <= 255 ? code : 1;
}
