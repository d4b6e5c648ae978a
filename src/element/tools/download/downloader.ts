import type { Range } from '../../../worker/api.ts';
import { downloadSlot } from '../../../worker/platform/stream-slots.ts';
import type { LogBinding } from '../../log-binding.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { wasStopped, type Task } from '../task.ts';
import { downloadRaw } from './download.ts';

export interface DownloaderHost {
  readonly session: LogBinding;
  readonly task: Task;
  /** First and last line there is. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  say(text: string): void;
}

/** Downloads the raw log, or some of its lines. */
export class Downloader {
  readonly #host: DownloaderHost;

  constructor(host: DownloaderHost) {
    this.#host = host;
  }

  /** Resolves when the browser has the file; rejects when the server refuses, and with an AbortError when it was stopped. */
  async download(range?: Range): Promise<void> {
    const { session, task, lines, freshTopic } = this.#host;
    const { log, endpoint } = session;
    if (log === undefined || endpoint === undefined) return;
    const all = lines();
    const whole = range === undefined || (range.from <= all.from && range.to >= all.to);
    const request = {
      endpoint,
      channel: log.channel,
      range: whole ? undefined : range,
      first: all.from,
      topic: () => session.topic,
      refresh: freshTopic,
      // The server took it: it serves the log from here on, too.
      accepted: (topic: string) => void session.open(topic),
    };
    await task.run(TOOL_STRINGS.downloading(0), async (signal, report) => {
      const slot = await downloadSlot(signal, () => report(TOOL_STRINGS.downloadWaits));
      try {
        report(TOOL_STRINGS.downloading(0));
        await downloadRaw({ ...request, signal }, (bytes) => report(TOOL_STRINGS.downloading(bytes)));
      } finally {
        slot.release();
      }
    });
  }

  /** Downloads for a key or a button: says why it does not work. */
  async byReader(range?: Range): Promise<void> {
    const { say } = this.#host;
    try {
      await this.download(range);
    } catch (error) {
      if (!wasStopped(error)) say(error instanceof Error ? error.message : TOOL_STRINGS.downloadFailed);
    }
  }
}
