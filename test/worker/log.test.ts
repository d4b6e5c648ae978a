import { describe, expect, it } from 'vitest';
import type { LogStatus } from '../../src/worker/api.ts';
import { ClientLog } from '../../src/worker/tab/log.ts';
import { topicOf } from './support/topics.ts';

const ignore = (): void => undefined;

/** A log that was told `statuses`, one after the other. */
function told(...statuses: readonly Partial<LogStatus>[]): { readonly log: ClientLog; tell(status: Partial<LogStatus>): LogStatus } {
  const port = { look: ignore, drop: ignore, renew: ignore, retry: ignore, close: ignore };
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

describe('a log whose session began anew', () => {
  it.each([
    ['connecting', 'reconnecting'],
    ['reconnecting', 'reconnecting'],
    ['offline', 'offline'],
    ['denied', 'denied'],
  ] as const)('and is %s keeps what is known, and says %s', (state, says) => {
    expect(told(live).tell({ state })).toMatchObject({ state: says, epoch: 'e', first: 3, head: 7 });
  });

  it('stays ended, since nothing more can come', () => {
    const { log, tell } = told({ ...live, state: 'ended', end: 2 });
    let events = 0;
    log.addEventListener('state', () => (events += 1));
    expect(tell({ state: 'connecting' })).toMatchObject({ state: 'ended', end: 2, head: 7 });
    tell({ ...live, state: 'ended', end: 2 });
    expect(events).toBe(0);
  });

  it('forgets what the server says is gone', () => {
    expect(told(live).tell({ state: 'live' })).toMatchObject({ state: 'live', epoch: '', head: 0 });
    expect(told(live, { state: 'connecting' }).tell({ ...live, epoch: 'f', head: 1 })).toMatchObject({ epoch: 'f', head: 1 });
  });

  it('says so when there is none, and what to do', () => {
    const { log } = told(live);
    log.lost('Reload the page.');
    expect(log.status).toMatchObject({ state: 'error', problem: 'Reload the page.', epoch: 'e', head: 7 });
  });
});
