import type { SecretsInput } from '../../protocol/secrets.ts';
import { Signer } from '../../server/access/signer.ts';

/** What is read of a job: of BullMQ itself, or as JSON, which is what bull-board hands out. */
export interface QueuedJob {
  readonly id?: string | number | null | undefined;
  readonly queueName?: string | undefined;
  /** With the prefix of its keys in Redis: `bull:emails`. JSON has this alone. */
  readonly queueQualifiedName?: string | undefined;
}

export interface JobLogOptions {
  /** What signs the topic: the secret of the log server. @default LOG_STREAM_SECRET of the environment */
  readonly secrets?: SecretsInput | undefined;
  /** The topic may append: for the worker that runs the job, never for a page. @default false */
  readonly write?: boolean | undefined;
  /** Seconds until the topic expires. @default 86400 */
  readonly ttl?: number | undefined;
  /** The page of yours that shows a log: it gets the topic in the fragment of its address, which no server sees. @default /log */
  readonly page?: string | undefined;
}

export interface JobLog {
  readonly channel: string;
  /** Signed. */
  readonly topic: string;
  /** `page` with `#topic=…`. */
  readonly href: string;
}

const DAY = 24 * 60 * 60;

/**
 * The log of a job of BullMQ: its channel is the same wherever it is asked for, in the worker that writes it and in the dashboard
 * that links to it. Attempts of a job share it.
 *
 * @throws {TypeError} For a job that has not been added to a queue, a channel that would be too long, and secrets that are missing or
 *   invalid.
 * @example
 * new BullMQAdapter(queue, { externalJobUrl: (job) => ({ href: logStreamOf(job).href, displayText: 'Log' }) });
 */
export function logStreamOf(job: QueuedJob, options: JobLogOptions = {}): JobLog {
  const { secrets = process.env['LOG_STREAM_SECRET'] ?? [], write = false, ttl = DAY, page = '/log' } = options;
  const channel = channelOf(job);
  const topic = new Signer(secrets).sign(channel, { write, ttl });
  return { channel, topic, href: `${page}#topic=${encodeURIComponent(topic)}` };
}

function channelOf({ id, queueName, queueQualifiedName }: QueuedJob): string {
  const queue = queueName ?? queueQualifiedName?.replace(/^.*:/u, '');
  if (id === undefined || id === null || id === '') throw new TypeError('The job has no id: add it to its queue first.');
  if (queue === undefined || queue === '')
    throw new TypeError('The job has neither queueName nor queueQualifiedName: is it a job of BullMQ?');
  return `bullmq:${written(queue)}:${written(String(id))}`;
}

/** With `@` and two hexadecimal digits for each byte that a channel cannot have, so that no two names are written alike. */
function written(name: string): string {
  const escaped = (character: string): string =>
    Array.from(Buffer.from(character), (byte) => `@${byte.toString(16).padStart(2, '0')}`).join('');
  return name.replace(/[^\w./-]/gu, escaped);
}
