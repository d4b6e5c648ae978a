import type { OriginGate } from '../access/origin-gate.ts';
import type { Signer } from '../access/signer.ts';
import type { ServerLimits } from '../config/options.ts';
import type { Feature } from '../features.ts';
import type { Hub } from '../live/hub.ts';
import type { Logger } from '../log/logger.ts';
import type { ServerMetrics } from '../metrics/server-metrics.ts';
import type { PartTimer } from './part-timer.ts';
import type { TurnLimiter } from './turn-limiter.ts';
import type { TurnTimer } from './turn-timer.ts';

/** The parts of a server that its WebSockets use. */
export interface SocketContext {
  readonly hub: Hub;
  readonly signer: Signer;
  readonly origins: OriginGate;
  readonly limits: ServerLimits;
  readonly logger: Logger;
  readonly metrics: ServerMetrics;
  /** What clients are offered beyond the required protocol. */
  readonly features: readonly Feature[];
  readonly basePath: string;
  /** ms */
  readonly heartbeat: number;
  /** How many proxies in front report the address of a client truthfully. */
  readonly proxies: number;
  /** Aborted when the server closes. */
  readonly closing: AbortSignal;
}

/** What the sockets of one server share. */
export interface SharedBySockets {
  readonly context: Pick<SocketContext, 'hub' | 'signer' | 'limits' | 'logger' | 'metrics' | 'heartbeat' | 'features'>;
  readonly partTimer: PartTimer;
  /** Tells tail subscriptions when they may be sent lines. */
  readonly turns: TurnTimer;
  /** Spreads opening logs, for all sockets together. */
  readonly openings: TurnLimiter;
}
