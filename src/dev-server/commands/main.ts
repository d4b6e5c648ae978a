import { append } from './append.ts';
import { conformance } from './conformance.ts';
import { run } from './run.ts';
import { serve } from './serve.ts';
import { sign } from './sign.ts';
import { tail } from './tail.ts';
import { watch } from './watch.ts';
import { packageVersion } from '../util/version.ts';
import { Arguments } from '../cli/arguments.ts';
import type { Command } from '../cli/command.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { CommandError, UsageError } from '../util/errors.ts';
import { commandHelp, overview, usageLine } from '../cli/help.ts';
import { note } from '../terminal/note.ts';

const COMMANDS: readonly Command[] = [serve, run, tail, append, watch, sign, conformance];

/** Runs the command line and resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined) {
    process.stderr.write(overview(COMMANDS));
    return 2;
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    process.stdout.write(overview(COMMANDS));
    return 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${packageVersion()}\n`);
    return 0;
  }
  const asked = name === 'help' ? rest[0] : name;
  const command = COMMANDS.find((known) => known.name === asked);
  if (command === undefined) {
    note(`Unknown command ${JSON.stringify(asked)}. Commands: ${COMMANDS.map((known) => known.name).join(', ')}. See --help.`);
    return 2;
  }
  if (name === 'help' || wantsHelp(command, rest)) {
    process.stdout.write(commandHelp(command));
    return 0;
  }
  return execute(command, rest);
}

function wantsHelp({ takesCommand }: Command, rest: readonly string[]): boolean {
  const dashes = takesCommand === true ? rest.indexOf('--') : -1;
  return (dashes === -1 ? rest : rest.slice(0, dashes)).some((word) => word === '--help' || word === '-h');
}

async function execute(command: Command, rest: readonly string[]): Promise<number> {
  try {
    return await command.run(Arguments.parse(rest, command.options, command.takesCommand === true));
  } catch (error) {
    note(messageOf(error));
    if (error instanceof UsageError) {
      process.stderr.write(`${usageLine(command.name, command.operands)}\nSee log-stream ${command.name} --help.\n`);
      return 2;
    }
    return error instanceof CommandError ? error.exitCode : 1;
  }
}
