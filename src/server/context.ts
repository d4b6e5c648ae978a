import type { OpenTextBudget } from './append/unfinished-line/open-text-budget.ts';
import type { Feature } from './features.ts';
import type { Hub } from './live/hub.ts';
import type { Logger } from './log/logger.ts';
import type { ServerMetrics } from './metrics/server-metrics.ts';
import type { SeenKeys } from './util/seen-keys.ts';
import type { Shares } from './util/shares.ts';
import type { HistoryCache, ServerLimits } from './config/options.ts';
import type { OriginGate } from './access/origin-gate.ts';
import type { Retainer } from './retainer.ts';
import type { SearchPool } from './search/search-pool.ts';
import type { Signer } from './access/signer.ts';
import type { SealedPageCache } from './sealed-page-cache.ts';
import type { LogStore } from './store.ts';

/** What the HTTP handlers of one server share. */
export interface ServerContext {
  readonly store: LogStore;
  readonly hub: Hub;
  readonly signer: Signer;
  readonly origins: OriginGate;
  readonly retainer: Retainer;
  /** For a store that does not keep them. */
  readonly sealedPages: SealedPageCache;
  readonly openText: OpenTextBudget;
  /** Bytes of exports that are held at the same time. */
  readonly exportBytes: Shares;
  /** Undefined if this server does not search. */
  readonly search: SearchPool | undefined;
  readonly limits: ServerLimits;
  /** Whether lines are marked when they are appended. */
  readonly marks: boolean;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** What clients are offered beyond the required protocol: sent in `hello` and `Log-Has`. */
  readonly features: readonly Feature[];
  readonly basePath: string;
  readonly heartbeat: number;
  readonly historyCache: HistoryCache;
  readonly publicHistory: boolean;
  readonly publicMetrics: boolean;
  /** How many proxies in front report the address of a client truthfully. */
  readonly proxies: number;
  readonly assets: string;
  /** Aborted when the server closes: followers end, appends in flight are finished and answered. */
  readonly closing: AbortSignal;
  /** Channels whose log was removed with a topic for appending: the operator is warned of each once. */
  readonly removedByWriters: SeenKeys;
}
