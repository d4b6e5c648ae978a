import { QueryError, type SearchQuery } from '../../protocol/search/query.ts';
import { LineSearch } from '../../protocol/search/line-search.ts';
import { flag, integer, level, text } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { ADDRESS_OPTIONS, REMOTE_OPTIONS, remoteAddressFrom, TOKEN_OPTION, type RemoteOptions } from '../cli/settings.ts';
import { findLines } from '../read/find-lines.ts';
import { linePrinter } from '../read/line-printer.ts';
import { LogReader } from '../read/log-reader.ts';
import { openProgressLine } from '../terminal/progress-line.ts';
import { StdoutPipe } from '../terminal/stdout-pipe.ts';
import { UsageError } from '../util/errors.ts';
import { checkChannel } from './channels.ts';
import { likeGrep, NOT_FOUND } from './exit-codes.ts';
import { requireServer } from './remote.ts';

interface SearchOptions extends RemoteOptions {
  readonly regex?: true;
  readonly case?: true;
  readonly word?: true;
  readonly without?: string;
  readonly level?: number;
  readonly after?: number;
  readonly upto?: number;
  readonly limit?: number;
  readonly fromEnd?: true;
  readonly count?: true;
  readonly json?: true;
}

export const search: CommandModule<SearchOptions> = {
  operands: ['<CHANNEL>', '[PATTERN]'],
  usage: 'CHANNEL PATTERN [options]',
  about: `
Prints the lines of a log that contain a text, each with its number. The text of a line is what a reader sees: without colours, and
without what the line overwrote or erased. Upper and lower case are the same unless --case is given. PATTERN may be left out with --level.

The exit code is 0 if a line was found, 1 if none was, and 2 if something went wrong.

  log-stream search build:42 "connection refused"
  log-stream search build:42 'timeout after \\d+ms' --regex --level warn
  log-stream search build:42 --level error --json`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    flag('--regex', 'PATTERN is a regular expression (JavaScript)'),
    flag('--case', 'Tell upper and lower case apart'),
    flag('--word', 'Find whole words only'),
    text('--without <TEXT>', 'Leave out lines that contain this text'),
    level('--level <LEVEL>', 'Only lines of this level or above: trace, debug, info, warn, error, fatal'),
    integer('--after <N>', 'Search the lines after line N (default: 0)', 0),
    integer('--upto <N>', 'Search up to line N (default: the newest)', 1),
    integer('--limit <N>', 'Print at most N lines (default: all)', 1),
    flag('--from-end', 'Print the newest lines first'),
    flag('--count', 'Print only how many lines were found'),
    flag('--json', 'Print a JSON object for each line: offset, time, level, text, and hidden where text is hidden'),
  ],
  run: ({ operands: [channel = '', pattern = ''], options }) =>
    likeGrep(async () => {
      const name = checkChannel(channel);
      const query = checkQuery(pattern, options);
      const { endpoint, topics } = await requireServer(remoteAddressFrom(options));
      const out = new StdoutPipe(process.stdout, () => process.exit(0));
      const progress = openProgressLine();
      try {
        const reader = new LogReader(endpoint, topics, name);
        const state = await reader.state();
        if (state === undefined) return NOT_FOUND;
        const print = linePrinter({ json: options.json, isFiltered: process.stdout.isTTY, isNumbered: true });
        let left = options.count === true ? 0 : (options.limit ?? Number.POSITIVE_INFINITY);
        const scope = {
          after: Math.max(options.after ?? 0, state.first - 1),
          upto: Math.min(options.upto ?? state.head, state.head),
          isFromEnd: options.fromEnd === true,
          isBrief: options.count !== true,
        };
        const size = scope.upto - scope.after;
        const found = await findLines(reader, state, query, scope, {
          onLine: async (line) => {
            progress?.clear();
            if (left > 0) await out.write(print(line));
            return (left -= 1) > 0;
          },
          onProgress: (scanned, count) => progress?.show(`${Math.floor((100 * scanned) / size)}% searched, ${count} found`),
        });
        progress?.clear();
        if (options.count === true) await out.write(`${found}\n`);
        return found > 0 ? 0 : NOT_FOUND;
      } finally {
        progress?.clear();
        endpoint.close();
      }
    }),
};

/** Throws UsageError for what cannot be searched for. */
function checkQuery(pattern: string, options: SearchOptions): SearchQuery {
  const { regex, case: isExact, word, without, level: least } = options;
  const mode = { regex: regex === true, case: isExact === true, word: word === true };
  try {
    return new LineSearch({ q: pattern, ...mode, without, level: least }).query;
  } catch (error) {
    throw error instanceof QueryError ? new UsageError(error.message.replace('"q"', 'PATTERN').replaceAll('"', '')) : error;
  }
}
