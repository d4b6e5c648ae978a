import type { LogStatus } from '../api.ts';

/** The status of a log while nothing is known of it. */
export const CONNECTING: LogStatus = {
  state: 'connecting',
  epoch: '',
  first: 1,
  head: 0,
  end: undefined,
  part: null,
  retryAt: undefined,
  problem: undefined,
  missing: [],
};
