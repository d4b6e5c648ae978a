import { OpenTextBudget } from '../../../src/server/append/unfinished-line/open-text-budget.ts';
import type { WriterContext } from '../../../src/server/append/writer.ts';
import { Hub } from '../../../src/server/live/hub.ts';
import type { ServerLimits } from '../../../src/server/config/options.ts';
import { Retainer } from '../../../src/server/retainer.ts';
import { DEFAULT_LIMITS, settingsOf } from '../../../src/server/config/settings.ts';
import type { LogStore } from '../../../src/server/store.ts';

/** What a writer needs of a server. */
export function contextOf(store: LogStore, given: Partial<ServerLimits> = {}): WriterContext & { readonly openText: OpenTextBudget } {
  const { logger, marks } = settingsOf({ store });
  const limits = { ...DEFAULT_LIMITS, ...given };
  const hub = new Hub({ store, ringBytes: limits.ringBytes, logger });
  return {
    store,
    limits,
    marks,
    openText: new OpenTextBudget(limits.openLineBytes),
    retainer: new Retainer({ store, hub, retain: undefined, logger }),
  };
}
