import { fileName, requestRaw, type RawRequest } from './request.ts';
import type { ToolStrings } from '../strings.ts';
import { DownloadSink, type Collected } from './download-sink.ts';

/** How long the file is kept for the browser, ms: it may first ask the reader where to save it. */
const KEEP = 10 * 60_000;

/** Fetches the raw text of a log and hands it to the browser as a file. `progress` is called with the bytes received so far. */
export async function downloadRaw(request: RawRequest, progress: (bytes: number) => void): Promise<void> {
  const response = await requestRaw(request);
  const collected = await collect(response, request.strings, progress);
  save(collected, fileName(request.channel, request.range));
}

/** The body of a response as one blob, without holding all of it in memory. */
export async function collect(
  { body }: Response,
  strings: ToolStrings,
  progress: (bytes: number) => void,
  sink: DownloadSink = new DownloadSink(),
): Promise<Collected> {
  const reader = body?.getReader();
  let bytes = 0;
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      await sink.write(part.value);
      progress((bytes += part.value.byteLength));
    }
    return await sink.finish();
  } catch (error) {
    await Promise.allSettled([reader?.cancel(), sink.discard()]);
    // The browser's own message about a broken connection does not help a reader.
    throw error instanceof TypeError ? new Error(strings.downloadBroke, { cause: error }) : error;
  }
}

function save({ blob, dispose }: Collected, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
    dispose().catch(() => undefined);
  }, KEEP);
}
