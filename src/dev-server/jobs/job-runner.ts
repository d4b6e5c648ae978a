import { exists, type LogStore } from '../../server/store.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { slug } from '../util/channel-name.ts';
import type { LogProducer } from '../producer/log-producer.ts';
import { Child, type CommandLine } from '../processes/child.ts';
import { ChildOutputs, type OutputSink } from '../processes/child-outputs.ts';
import { shellQuote } from '../util/shell-quote.ts';
import type { StopSignal } from '../processes/signals.ts';
import { isRunning, type Job } from './job.ts';
import type { JobHistory } from './job-history.ts';

/** Jobs that may run at the same time. */
export const MAX_RUNNING_JOBS = 20;
/** Longest command, characters. */
export const MAX_COMMAND_LENGTH = 8_192;

/** Exit code of a job that was interrupted: 128 + SIGHUP, as for a program whose terminal went away. */
const INTERRUPTED_CODE = 129;

export interface JobRunnerOptions {
  readonly history: JobHistory;
  readonly store: LogStore;
  /** Where jobs run. */
  readonly directory: string;
  /** Texts that their environment must not contain. */
  readonly withheld: () => readonly string[];
  readonly produce: (channel: string) => LogProducer;
  /** Called after every change of a job. */
  readonly onChange: () => void;
  readonly onTrouble: (message: string) => void;
}

export interface StartOptions {
  readonly stdin?: 'inherit' | 'ignore';
  /** Marks stderr, at the cost of its order relative to stdout. @default false */
  readonly split?: boolean;
  /** Gets the output too. */
  readonly echo?: OutputSink | undefined;
}

export interface Started {
  readonly job: Job;
  /** The exit code, once the end of the log is durable. */
  readonly done: Promise<number>;
}

/** A job cannot be started, stopped or restarted; the message says why. */
export class JobError extends Error {
  override readonly name = 'JobError';
  readonly status: 400 | 404 | 409 | 429;

  constructor(status: 400 | 404 | 409 | 429, message: string) {
    super(message);
    this.status = status;
  }
}

interface Running {
  readonly child: Child;
  readonly done: Promise<number>;
}

/** Runs commands, each run into a log of its own, and records them in the history. */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #running = new Map<string, Running>();
  #isClosed = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
  }

  get jobs(): readonly Job[] {
    return this.#options.history.jobs;
  }

  /** Throws JobError. */
  async start(command: CommandLine, { stdin = 'ignore', split = false, echo }: StartOptions = {}): Promise<Started> {
    const text = checkCommand('shell' in command ? command.shell : shellQuote(command.words));
    this.#checkCapacity();
    const channel = await this.#freeChannel(text);
    const outputs = await ChildOutputs.open(split);
    try {
      // Others may have been started in the meantime.
      this.#checkCapacity();
    } catch (error) {
      outputs.close();
      throw error;
    }
    const job: Job = { channel, command: text, state: 'running', startedAt: Date.now(), endedAt: undefined, code: undefined };
    const producer = this.#options.produce(channel);
    const child = new Child({
      command,
      directory: this.#options.directory,
      stdin,
      withheld: this.#options.withheld(),
      outputs,
      onOutput: async (chunk, output) => {
        await Promise.all([producer.write(chunk, output), echo?.(chunk, output)]);
      },
    });
    const done = this.#finish(job, child, producer);
    this.#running.set(channel, { child, done });
    this.#put(job);
    return { job, done };
  }

  /** Throws JobError when no job can be started. */
  #checkCapacity(): void {
    if (this.#isClosed) throw new JobError(409, 'The server is shutting down.');
    if (this.#running.size >= MAX_RUNNING_JOBS)
      throw new JobError(429, `${MAX_RUNNING_JOBS} commands are already running. Stop one first.`);
  }

  /** Asks a job to end. Throws JobError when it is not running. */
  stop(channel: string, signal?: StopSignal): Job {
    const running = this.#running.get(channel);
    const job = this.#options.history.get(channel);
    if (job === undefined) throw new JobError(404, `Unknown job ${channel}.`);
    if (running === undefined) throw new JobError(409, 'This command has already finished.');
    const stopping: Job = { ...job, state: 'stopping' };
    this.#put(stopping);
    running.child.stop(signal);
    return stopping;
  }

  /** Runs the command of a job again, or another command in its place, and stops the job first. Throws JobError. */
  async restart(channel: string, command?: string): Promise<Started> {
    const job = this.#options.history.get(channel);
    if (job === undefined) throw new JobError(404, `Unknown job ${channel}.`);
    const text = checkCommand(command ?? job.command);
    const running = this.#running.get(channel);
    if (running !== undefined) {
      this.stop(channel);
      await running.done;
    }
    return this.start({ shell: text });
  }

  /** Completes the jobs that an earlier server left unfinished, and forgets jobs whose logs are not in the store. */
  async recover(): Promise<void> {
    const { history, store, produce } = this.#options;
    for (const job of history.jobs) {
      const tail = await store.tail(job.channel);
      if (!exists(tail) && !isRunning(job)) history.remove(job.channel);
      if (!isRunning(job)) continue;
      if (!exists(tail)) {
        history.remove(job.channel);
      } else if (tail.end === undefined) {
        const producer = produce(job.channel);
        await producer.write(
          Buffer.from('\x1b[2m[log-stream] The server stopped while this command was running. Later output is missing.\x1b[0m\n'),
          'err',
        );
        await producer.finish(INTERRUPTED_CODE);
        this.#put({ ...job, state: 'broken-off', code: INTERRUPTED_CODE, endedAt: tail.time });
      } else {
        this.#put({ ...job, state: 'exited', code: tail.end, endedAt: tail.time });
      }
    }
  }

  /** Stops all jobs and waits until their ends are written. No job can be started afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const channel of this.#running.keys()) this.stop(channel);
    await Promise.all([...this.#running.values()].map(({ done }) => done.catch(() => undefined)));
    await this.#options.history.flush();
  }

  async #finish(job: Job, child: Child, producer: LogProducer): Promise<number> {
    let code: number;
    try {
      code = await child.exit;
    } catch (error) {
      // Not the program's failure: there is no shell, or the log takes no more lines.
      this.#options.onTrouble(`${job.command}: ${messageOf(error)}`);
      code = 126;
    }
    try {
      await producer.finish(code);
    } catch (error) {
      this.#options.onTrouble(`The log ${job.channel} is incomplete: ${messageOf(error)}`);
    }
    this.#running.delete(job.channel);
    const wasStopped = this.#options.history.get(job.channel)?.state === 'stopping';
    this.#put({ ...job, state: wasStopped ? 'stopped' : 'exited', code, endedAt: Date.now() });
    return code;
  }

  #put(job: Job): void {
    this.#options.history.put(job);
    this.#options.onChange();
  }

  async #freeChannel(command: string): Promise<string> {
    const { history, store } = this.#options;
    for (;;) {
      const channel = `job/${slug(command)}/${history.nextNumber()}`;
      if (!exists(await store.tail(channel))) return channel;
    }
  }
}

function checkCommand(command: string): string {
  const text = command.trim();
  if (text === '') throw new JobError(400, 'Enter a command, e.g. npm test.');
  if (text.length > MAX_COMMAND_LENGTH)
    throw new JobError(400, `The command is longer than ${MAX_COMMAND_LENGTH} characters. Put it in a script.`);
  if (text.includes('\0')) throw new JobError(400, 'The command contains a NUL character.');
  return text;
}
