import { createRequire } from 'node:module';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A handler as Express and Connect know them. */
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: () => void) => void;

/** The `compression` that Express servers have: it wraps `write`, `end` and `on` of every answer. */
export const compression = createRequire(import.meta.url)('compression') as (options?: { threshold?: number }) => Middleware;
