import type { Range } from '../../../worker/api.ts';
import { downloadSlot } from '../../../worker/platform/stream-slots.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { ToolStrings } from '../strings.ts';
import { isAbortError, type Task } from '../messages/task.ts';
import { downloadRaw } from './download.ts';

export interface DownloaderHost {
  readonly binding: LogBinding;
  readonly task: Task;
  readonly strings: ToolStrings;
  /** The first and the last line of the log. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  notify(text: string): void;
}

/** Downloads the raw log, or some of its lines. */
export class Downloader {
  readonly #host: DownloaderHost;

  constructor(host: DownloaderHost) {
    this.#host = host;
  }

  /** Resolves when the browser has the file. Rejects when the server refuses, with an AbortError when cancelled. */
  async download(range?: Range): Promise<void> {
    const { binding, task, lines, freshTopic, strings } = this.#host;
    const { log, endpoint } = binding;
    if (log === undefined || endpoint === undefined) return;
    const all = lines();
    const isWhole = range === undefined || (range.from <= all.from && range.to >= all.to);
    const request = {
      endpoint,
      channel: log.channel,
      range: isWhole ? undefined : range,
      first: all.from,
      strings,
      topic: () => binding.topic,
      refresh: freshTopic,
      // The server accepted this topic, so the log uses it from here on, too.
      accepted: (topic: string) => void binding.open(topic),
    };
    await task.run(strings.downloading(0), async (signal, report) => {
      const slot = await downloadSlot(signal, () => report(strings.downloadWaits));
      try {
        report(strings.downloading(0));
        await downloadRaw({ ...request, signal }, (bytes) => report(strings.downloading(bytes)));
      } finally {
        slot.release();
      }
    });
  }

  /** Downloads at the reader's request, and says why when it fails. */
  async downloadAndNotify(range?: Range): Promise<void> {
    const { notify, strings } = this.#host;
    try {
      await this.download(range);
    } catch (error) {
      if (!isAbortError(error)) notify(error instanceof Error ? error.message : strings.downloadFailed);
    }
  }
}
