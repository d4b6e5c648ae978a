import type { LogStatus } from '../../api.ts';
import type { LogBatch } from '../events.ts';
import type { LineBudget } from '../lines/sparse-log.ts';
import type { ChannelState } from './channel-state.ts';
import type { OpenLog } from './open-log.ts';
import { isSameStatus } from './status.ts';

/**
 * Collects what changed for an open log since its last batch, within `budget`; undefined if nothing did. What it returns
 * counts as delivered.
 */
export function collectBatch(handle: OpenLog, state: ChannelState, status: LogStatus, budget: LineBudget): LogBatch | undefined {
  const changed = handle.lastStatus === undefined || !isSameStatus(handle.lastStatus, status);
  handle.lastStatus = status;
  const views = [];
  for (const [id, view] of handle.views) {
    view.enterEpoch(state.epoch);
    if (!handle.visible && !view.pull) continue;
    const runs = view.deliver(state.lines, state, budget);
    if (runs.length > 0) views.push({ view: id, runs });
  }
  const more = budget.lines <= 0 || budget.bytes <= 0;
  return changed ? { status, views, more } : views.length > 0 || more ? { views, more } : undefined;
}
