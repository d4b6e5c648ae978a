import { expect, vi } from 'vitest';
import type { Line } from '../../../src/protocol/line.ts';
import type { AppendResult, Batch, LogStore, LogTail, NewLine, LogEvent } from '../../../src/server/store.ts';
import { packLines } from '../../../src/server/lines/packed-lines.ts';

/** What comes over a network comes late on a busy machine. */
const PATIENCE = { timeout: 15_000, interval: 20 };

/** A batch at time 1,000 without colours, unless said otherwise. */
export function batch(lines: readonly (string | NewLine)[], more: Partial<Batch> = {}): Batch {
  return {
    time: 1_000,
    carryIn: '',
    carryOut: '',
    ...more,
    lines: packLines(lines.map((line) => (typeof line === 'string' ? [line] : line))),
  };
}

/** Texts `FROM` … `TO`, so that a line says its own number. */
export function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
}

/** Appends what must not be refused; gives the tail. */
export async function write(
  store: LogStore,
  channel: string,
  lines: readonly (string | NewLine)[],
  more: Partial<Batch> = {},
): Promise<LogTail> {
  return accepted(await store.append(channel, batch(lines, more)));
}

export function accepted(result: AppendResult): LogTail {
  if (!result.ok) throw new Error(`refused: ${result.reason}`);
  return result.tail;
}

/** All lines of a log from `after` on, got page by page, checked to belong to one incarnation. */
export async function readAll(store: LogStore, channel: string, after = 0, page = 500): Promise<Line[]> {
  const lines: Line[] = [];
  for (let epoch: string | undefined; ;) {
    const got = await store.read(channel, { after: after + lines.length, limit: page, bytes: 1_048_576 });
    epoch ??= got.tail.epoch;
    expect(got.tail.epoch).toBe(epoch);
    lines.push(...got.lines);
    if (got.lines.length === 0) {
      expect(after + lines.length).toBe(got.tail.head);
      return lines;
    }
  }
}

export function texts(lines: readonly Line[]): string[] {
  return lines.map(([, text]) => text);
}

/** Listens, and resolves once news really arrive: a store over a network needs a moment for that. */
export async function listen(store: LogStore, channel: string): Promise<{ readonly news: LogEvent[]; stop(): void }> {
  const news: LogEvent[] = [];
  const stop = store.watch(channel, (item) => news.push(item));
  const probe = `probe ${Math.random()}`;
  await vi.waitFor(() => {
    store.publishPart(channel, probe, null);
    expect(news.some((item) => item.kind === 'part' && item.writer === probe)).toBe(true);
  }, PATIENCE);
  await silence(store, channel, news);
  news.length = 0;
  return { news, stop };
}

/** Resolves once everything told before has been heard: news keep their order, so a last one is waited for. */
export async function silence(store: LogStore, channel: string, news: readonly LogEvent[]): Promise<void> {
  const last = `last ${Math.random()}`;
  store.publishPart(channel, last, null);
  await vi.waitFor(() => expect(news.some((item) => item.kind === 'part' && item.writer === last)).toBe(true), PATIENCE);
}

export function heardLines(news: readonly LogEvent[]): Extract<LogEvent, { kind: 'lines' }>[] {
  return news.filter((item) => item.kind === 'lines');
}

/** Resolves once new lines are heard at once, not only when heads are compared. Another server may have to be chosen first. */
export async function hearsAgain(writer: LogStore, news: readonly LogEvent[], channel: string): Promise<void> {
  await vi.waitFor(
    async () => {
      const { head } = await write(writer, channel, ['do you hear?']);
      await vi.waitFor(() => expect(heardLines(news).at(-1)?.tail.head).toBe(head), { timeout: 500, interval: 10 });
    },
    { timeout: 60_000, interval: 20 },
  );
}
