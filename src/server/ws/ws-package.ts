import { createRequire } from 'node:module';
import type * as ws from 'ws';

/** Loads the package that implements WebSockets: optional, since pages install this package, too, and need no server. */
function load(): typeof ws {
  try {
    return createRequire(import.meta.url)('ws') as typeof ws;
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'MODULE_NOT_FOUND')) throw cause;
    throw new Error('The log server needs the package ws, which is not installed: npm i ws', { cause });
  }
}

export const wsPackage = load();
