import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Line } from '../../src/protocol/line.ts';
import type { LogStatus } from '../../src/worker/api.ts';
import type { TabBatch } from '../../src/worker/tab-messages.ts';
import { LogResetError } from '../../src/worker/client.ts';
import { ClientLog } from '../../src/worker/tab/client-log.ts';
import { topicOf } from './support/topics.ts';

const ignore = (): void => undefined;

/** A log that received `statuses`, one after another. */
function told(...statuses: readonly Partial<LogStatus>[]): { readonly log: ClientLog; tell(status: Partial<LogStatus>): LogStatus } {
  const port = { request: ignore, closeView: ignore, renew: ignore, retry: ignore, close: ignore };
  const log = new ClientLog(1, 'run:1', topicOf('run:1'), {}, port, ignore);
  const unknown = log.status;
  const tell = (status: Partial<LogStatus>): LogStatus => {
    log.receive({ log: 1, status: { ...unknown, ...status }, views: [] });
    return log.status;
  };
  for (const status of statuses) tell(status);
  return { log, tell };
}

const live: Partial<LogStatus> = { state: 'live', epoch: 'e', first: 3, head: 7 };

describe('a log whose session was restarted', () => {
  it.each([
    ['connecting', 'reconnecting'],
    ['reconnecting', 'reconnecting'],
    ['offline', 'offline'],
    ['denied', 'denied'],
  ] as const)('and is %s keeps what is known, and says %s', (state, says) => {
    expect(told(live).tell({ state })).toMatchObject({ state: says, epoch: 'e', first: 3, head: 7 });
  });

  it('stays ended, since nothing can follow', () => {
    const { log, tell } = told({ ...live, state: 'ended', end: 2 });
    let events = 0;
    log.addEventListener('state', () => (events += 1));
    expect(tell({ state: 'connecting' })).toMatchObject({ state: 'ended', end: 2, head: 7 });
    tell({ ...live, state: 'ended', end: 2 });
    expect(events).toBe(0);
  });

  it('forgets a log that the server says is empty', () => {
    expect(told(live).tell({ state: 'live' })).toMatchObject({ state: 'live', epoch: '', head: 0 });
    expect(told(live, { state: 'connecting' }).tell({ ...live, epoch: 'f', head: 1 })).toMatchObject({ epoch: 'f', head: 1 });
  });

  it('says that there is no session, and what to do', () => {
    const { log } = told(live);
    log.lost('Reload the page.');
    expect(log.status).toMatchObject({ state: 'error', problem: 'Reload the page.', epoch: 'e', head: 7 });
  });
});

describe('a line reader that is still being loaded', () => {
  const lines = (from: number, count: number): TabBatch['views'] => [
    { view: 1, runs: [{ from, lines: Array.from({ length: count }, (_, at): Line => [0, `line ${from + at}`]) }] },
  ];

  it('reads the epoch at the call, not one that began meanwhile', async () => {
    const { log, tell } = told(live);
    const reading = log.lines({ after: 5 }).next();
    tell({ ...live, epoch: 'f', first: 1 });
    await expect(reading).rejects.toThrow(LogResetError);
  });

  it('reads the first epoch of a log that had none', async () => {
    const { log, tell } = told();
    const reading = log.lines().next();
    tell({ ...live, first: 1 });
    await vi.waitFor(() => expect(log.views.size).toBe(1));
    log.receive({ log: 1, status: undefined, views: lines(1, 1) });
    expect(await reading).toMatchObject({ value: { offset: 1, text: 'line 1' } });
  });

  it('fails when the log is closed before it is loaded, and keeps no view', async () => {
    const { log } = told(live);
    const reading = log.lines().next();
    log.close();
    await expect(reading).rejects.toThrow('The log was closed while it was read.');
    expect(log.views.size).toBe(0);
  });

  it('can be ended before it is loaded, and keeps no view', async () => {
    const { log } = told(live);
    const reader = log.lines();
    expect(await reader.return?.()).toEqual({ done: true, value: undefined });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(log.views.size).toBe(0);
  });

  describe('from a server that does not answer', () => {
    /** A log whose reader cannot be loaded. */
    async function unlucky(): Promise<ClientLog> {
      vi.doMock('../../src/worker/tab/line-reader.ts', () => {
        throw new Error('404');
      });
      vi.resetModules();
      vi.useFakeTimers();
      onTestFinished(() => {
        vi.useRealTimers();
        vi.doUnmock('../../src/worker/tab/line-reader.ts');
        vi.resetModules();
      });
      const { ClientLog: Unlucky } = await import('../../src/worker/tab/client-log.ts');
      const port = { request: ignore, closeView: ignore, renew: ignore, retry: ignore, close: ignore };
      return new Unlucky(1, 'run:1', topicOf('run:1'), {}, port, ignore);
    }

    /** The outcome of a promise that nothing else handles. */
    const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

    it('fails after half a minute, says what to do, and leaves neither a view nor an unhandled rejection', async () => {
      const log = await unlucky();
      const reader = log.lines();
      let told: unknown;
      void outcome(reader.next()).then((error) => (told = error));
      await vi.advanceTimersByTimeAsync(31_000);
      expect(told).toBeUndefined();
      await vi.advanceTimersByTimeAsync(1_000);
      expect(String(told)).toMatch(/reload the page/u);
      expect(await reader.return?.()).toEqual({ done: true, value: undefined });
      expect(vi.getTimerCount()).toBe(0);
      log.close();
      expect(log.views.size).toBe(0);
    });

    it.each([
      ['is closed', (log: ClientLog) => log.close(), 'The log was closed while it was read.'],
      ['is no longer wanted', (_: ClientLog, stop: AbortController) => stop.abort(new Error('enough')), 'enough'],
    ])('is not waited for when the log %s', async (_, leave, says) => {
      const log = await unlucky();
      const stop = new AbortController();
      const reading = outcome(log.lines({ signal: stop.signal }).next());
      await vi.advanceTimersByTimeAsync(700);
      expect(vi.getTimerCount()).toBe(1);
      leave(log, stop);
      expect(String(await reading)).toContain(says);
      expect(vi.getTimerCount()).toBe(0);
    });
  });
});
