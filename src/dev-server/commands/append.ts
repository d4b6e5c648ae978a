import { flag, integer } from '../cli/options.ts';
import type { CommandModule } from '../cli/program.ts';
import { ADDRESS_OPTIONS, REMOTE_OPTIONS, remoteAddressFrom, TOKEN_OPTION, type RemoteOptions } from '../cli/settings.ts';
import { note } from '../terminal/note.ts';
import { codeOfSignal, stopSignal, onStopSignal } from '../processes/signals.ts';
import { LogProducer } from '../producer/log-producer.ts';
import { checkChannel } from './channels.ts';
import { requireServer } from './remote.ts';

interface AppendOptions extends RemoteOptions {
  readonly stderr?: true;
  readonly end?: number;
}

export const append: CommandModule<AppendOptions> = {
  operands: ['<CHANNEL>'],
  usage: 'CHANNEL [options]',
  about: `
Appends standard input to a log of a running server. The topic is signed with LOG_STREAM_SECRET, else by the server if the
console token is known, else with the secret in .log-stream/ of the working directory. After a broken connection it continues
where it was: nothing is lost or written twice.

  make 2>&1 | log-stream append build:42
  echo done | log-stream append build:42 --end 0`,
  options: [
    ...ADDRESS_OPTIONS,
    TOKEN_OPTION,
    ...REMOTE_OPTIONS,
    flag('--stderr', 'Mark the lines as written to stderr'),
    integer('--end <CODE>', 'After the last line, end the log with this exit code (default: leave it open)', -(2 ** 31), 2 ** 31 - 1),
  ],
  async run({ operands: [operand = ''], options }) {
    const channel = checkChannel(operand);
    const output = options.stderr === true ? 'err' : 'out';
    const { endpoint, topics } = await requireServer(remoteAddressFrom(options));
    const stop = onStopSignal();
    const producer = new LogProducer({ endpoint, topics, channel, onTrouble: note, giveUp: stop });
    try {
      await producer.ready();
      stop.addEventListener('abort', () => process.stdin.destroy());
      await readInput(stop, (chunk) => producer.write(chunk, output));
      await producer.finish(stop.aborted ? undefined : options.end);
    } finally {
      endpoint.close();
      process.stdin.destroy();
    }
    return stop.aborted ? codeOfSignal(stopSignal(stop)) : 0;
  },
};

async function readInput(stop: AbortSignal, onChunk: (chunk: Buffer) => Promise<void>): Promise<void> {
  try {
    for await (const chunk of process.stdin) if (Buffer.isBuffer(chunk)) await onChunk(chunk);
  } catch (error) {
    // The stop signal destroyed standard input while it was read.
    if (!stop.aborted) throw error;
  }
}
