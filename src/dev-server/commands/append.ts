import type { Command } from '../cli/command.ts';
import { note } from '../terminal/note.ts';
import { ADDRESS_OPTIONS, addressFrom, REMOTE_OPTIONS, TOKEN_OPTION } from '../cli/settings.ts';
import { codeOfSignal, stopSignal, whenAskedToStop } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

export const append: Command = {
  name: 'append',
  operands: 'CHANNEL [options]',
  summary: 'Append standard input to a log, line by line as it arrives',
  about: `
Appends what arrives on standard input to a log of a running server. The topic is signed with LOG_STREAM_SECRET, else by the
server, if the console token is known, else with the secret in .log-stream/ of the working directory. When the connection breaks it
continues where it was: nothing is lost or written twice.

  make 2>&1 | log-stream append build:42
  echo done | log-stream append build:42 --end 0`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    { name: 'stderr', help: 'Mark the lines as written to stderr' },
    { name: 'end', value: 'CODE', help: 'After the last line, end the log with this exit code' },
  ],
  async run(args) {
    const channel = checkChannel(args.operand('CHANNEL'));
    const end = args.integer('end', -(2 ** 31), 2 ** 31 - 1);
    const output = args.flag('stderr') ? 'err' : 'out';
    const { endpoint, topics } = await requireServer(addressFrom(args));
    const stop = whenAskedToStop();
    const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: stop });
    try {
      await producer.ready();
      stop.addEventListener('abort', () => process.stdin.destroy());
      await readInput(stop, (chunk) => producer.write(chunk, output));
      await producer.finish(stop.aborted ? undefined : end);
    } finally {
      endpoint.close();
      process.stdin.destroy();
    }
    return stop.aborted ? codeOfSignal(stopSignal(stop)) : 0;
  },
};

async function readInput(stop: AbortSignal, take: (chunk: Buffer) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of process.stdin) if (Buffer.isBuffer(chunk)) await take(chunk);
  } catch (error) {
    // Standard input was closed by us, in the middle of it.
    if (!stop.aborted) throw error;
  }
}
