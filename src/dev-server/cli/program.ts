import { Command, CommanderError, type Option } from 'commander';
import { messageOf } from '../../protocol/message-of.ts';
import { note } from '../terminal/note.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { packageVersion } from '../util/version.ts';

/** How a command was called. */
export interface Invocation {
  /** The operands; an optional one that was left out is missing. */
  readonly operands: readonly string[];
  /** The words after `--`. */
  readonly words: readonly string[];
  /** The values of the command's own options, as commander names them: `--from-end` is `fromEnd`. */
  readonly options: object;
}

/** A command: what it takes, what its help says, and what it does. */
export interface CommandModule<Options extends object = object> {
  /** `<FILE>`, or `[CHANNEL]` for an operand that may be left out. */
  readonly operands?: readonly string[];
  /** What follows the name in the usage line, e.g. `FILE [options]`. */
  readonly usage: string;
  /** What users should know, in plain sentences, and examples. */
  readonly about: string;
  readonly options: readonly Option[];
  /** Whether the command line of another program follows `--`. */
  readonly takesCommand?: true;
  /** Resolves to the exit code. */
  run(call: Invocation & { readonly options: Options }): Promise<number>;
}

/** A command as the overview lists it. Its module is loaded only when it is used, so that the others cost no start-up time. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

const ENVIRONMENT = `
Environment:
  LOG_STREAM_SECRET         Secrets that sign topics, at least 16 bytes each, as
                            "new,old": the first signs, all verify
  LOG_STREAM_CONSOLE_TOKEN  As --token, but not visible in the list of processes
  LOG_STREAM_TOPIC          As --topic, but not visible in the list of processes
  LOG_STREAM_STORE          As --store
  PORT                      As --port`;

/** Runs the command line and resolves to the exit code: 2 when it cannot be understood. */
export async function runProgram(entries: readonly CommandEntry[], argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv[0] === 'help' && argv.length > 1 ? [argv[1] ?? '', '--help'] : argv;
  const entry = entries.find((known) => known.name === name);
  const module = await entry?.load();
  const dashes = module?.takesCommand === true ? rest.indexOf('--') : -1;
  const own = dashes === -1 ? rest : rest.slice(0, dashes);
  let exitCode = 0;
  const program = overview(entries);
  const command = entry && module && configure(program, entry.name, module);
  command?.action(async () => {
    exitCode = (await module?.run(invocation(command, module, dashes === -1 ? [] : rest.slice(dashes + 1)))) ?? 0;
  });
  try {
    if (module !== undefined && !wantsHelp(own)) requireValues(own, module.options);
    await program.parseAsync(args(name, own, module !== undefined), { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(error, entries, command);
  }
}

function overview(entries: readonly CommandEntry[]): Command {
  const program = new Command('log-stream')
    .usage('COMMAND [options]')
    .description('Shows logs while they are being written.')
    .version(packageVersion(), '-v, --version', 'Print the version')
    .helpOption('-h, --help', 'Show this help')
    .helpCommand('help [COMMAND]', 'Show the help of a command')
    .addHelpText('after', ENVIRONMENT)
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ optionTerm: ({ flags }) => flags.replaceAll(/[<>]/gu, '') })
    // `report` prints errors, in the style of this command.
    .configureOutput({ outputError: () => undefined });
  for (const { name, summary } of entries) program.command(name).summary(summary);
  return program;
}

/** Gives the chosen command its options and its help. */
function configure(program: Command, name: string, { operands = [], usage, about, options }: CommandModule): Command | undefined {
  const command = program.commands.find((known) => known.name() === name);
  command?.usage(usage).description(paragraphs(about)).allowExcessArguments();
  for (const operand of operands) command?.argument(operand);
  for (const option of options) command?.addOption(option);
  return command;
}

/** Joins the lines of each paragraph, since commander wraps them to the terminal; indented examples stay as they are. */
function paragraphs(text: string): string {
  return text.trim().replaceAll(/(?<=\S)\n(?=\S)/gu, ' ');
}

function wantsHelp(own: readonly string[]): boolean {
  return own.some((word) => word === '--help' || word === '-h');
}

/** The words for commander. Asking for help wins over every mistake but an unknown command. */
function args(name: string | undefined, own: readonly string[], isKnown: boolean): string[] {
  if (name === undefined) return [];
  if (isKnown) return wantsHelp(own) ? [name, '--help'] : [name, ...own];
  return name.startsWith('-') ? [name, ...own] : [name];
}

/** Throws UsageError when an option is followed by another option instead of its value. */
function requireValues(own: readonly string[], options: readonly Option[]): void {
  const names = new Set(options.map(({ long }) => long));
  for (const { long } of options.filter(({ required }) => required)) {
    const at = own.indexOf(long ?? '');
    if (at !== -1 && names.has(own[at + 1])) throw new UsageError(`Missing value of ${long ?? ''}.`);
  }
}

const NUMBERS = ['none is', 'only one is', 'only two are'];

/** Throws UsageError for words that the command does not expect. */
function invocation(command: Command, { operands = [] }: CommandModule, words: readonly string[]): Invocation {
  const extra = command.args[operands.length];
  if (extra !== undefined)
    throw new UsageError(`Unexpected argument ${JSON.stringify(extra)}: ${NUMBERS[operands.length] ?? 'fewer'} expected here.`);
  return { operands: command.args, words, options: command.opts() };
}

function report(error: unknown, entries: readonly CommandEntry[], command: Command | undefined): number {
  // Help and version were printed; the overview that answers an empty command line is a usage error.
  if (error instanceof CommanderError && /^commander\.(?:help|helpDisplayed|version)$/u.test(error.code))
    return error.exitCode === 0 ? 0 : 2;
  note(error instanceof CommanderError ? usageMessage(error, entries) : messageOf(error));
  if (!(error instanceof CommanderError || error instanceof UsageError)) return error instanceof CommandError ? error.exitCode : 1;
  if (command !== undefined)
    process.stderr.write(`Usage: log-stream ${command.name()} ${command.usage()}\nSee log-stream ${command.name()} --help.\n`);
  return 2;
}

/** Commander's messages and ours for the same mistakes. */
const MESSAGES: ReadonlyMap<string, readonly [RegExp, string]> = new Map([
  ['commander.unknownCommand', [/^error: unknown command '(.*)'$/su, 'Unknown command "$1".']],
  ['commander.unknownOption', [/^error: unknown option '([^=]*?)(?:=.*)?'$/su, 'Unknown option $1.']],
  ['commander.optionMissingArgument', [/^error: option '(\S+).*$/su, 'Missing value of $1.']],
  ['commander.missingArgument', [/^error: missing required argument '(.*)'$/su, 'Missing $1.']],
  [
    'commander.conflictingOption',
    [/^error: option '(\S+).*' cannot be used with option '(--[\w-]+).*'$/su, '$1 cannot be used with $2: leave out $2.'],
  ],
]);

function usageMessage({ code, message }: CommanderError, entries: readonly CommandEntry[]): string {
  const [, mistake = message, suggestion] = /^(.*?)(?:\n\((Did you mean .*\?)\))?$/su.exec(message) ?? [];
  const [pattern, replacement] = MESSAGES.get(code) ?? [/^error: /u, ''];
  const commands = code === 'commander.unknownCommand' ? `Commands: ${entries.map(({ name }) => name).join(', ')}. See --help.` : undefined;
  return [mistake.replace(pattern, replacement), suggestion, commands].filter((part) => part !== undefined).join(' ');
}
