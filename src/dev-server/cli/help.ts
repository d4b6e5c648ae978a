import type { Command, OptionSpec } from './command.ts';

const HELP: OptionSpec = { name: 'help', help: 'Show this help' };

/** What `log-stream --help` says. */
export function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'log-stream: shows logs while they are being written.',
    '',
    'Usage: log-stream COMMAND [options]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    '',
    'log-stream COMMAND --help says more about a command; log-stream --version prints the version.',
    '',
    'Environment:',
    '  LOG_STREAM_SECRET         secrets that sign topics, of at least 16 bytes, as "new,old": the first signs, all verify',
    '  LOG_STREAM_CONSOLE_TOKEN  token that lets its bearer sign, run and list; else one is kept in .log-stream/',
    '  LOG_STREAM_STORE          where logs are kept, as --store',
    '  PORT                      as --port',
    '',
  ].join('\n');
}

/** What `log-stream COMMAND --help` says. */
export function commandHelp({ name, operands, about, options }: Command): string {
  const rows = [...options, HELP].map(
    (option) => [`--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`, option.help] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    usageLine(name, operands),
    '',
    about.trim(),
    '',
    'Options:',
    ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`),
    '',
  ].join('\n');
}

export function usageLine(name: string, operands: string): string {
  return `Usage: log-stream ${name} ${operands}`;
}
