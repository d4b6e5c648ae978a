/**
 * Why no WebSocket opens. `origin`: the server refuses pages of this origin; `no-server`: there is no log server; `insecure`: an
 * https page may not use http. With the others HTTP works: `host`: a proxy changes Host, so the page looks like one of another
 * origin; `redirect`: WebSockets do not follow redirects; `websocket`: a proxy does not forward WebSockets.
 */
export type Cause = 'origin' | 'no-server' | 'insecure' | 'host' | 'redirect' | 'websocket';

export interface Diagnosis {
  readonly cause: Cause;
  /** A sentence for viewers. */
  readonly problem: string;
  /** For the page's developer: what is wrong and how to fix it. */
  readonly advice: string;
}

/** Causes that leave HTTP working and that every handshake meets again. */
const LASTING: ReadonlySet<Cause> = new Set(['host', 'redirect']);
/** Causes that leave nothing working. */
const CLOSED: ReadonlySet<Cause> = new Set(['origin', 'no-server', 'insecure']);

/** Whether HTTP gets through and no WebSocket ever will. */
export function needsFallback(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis !== undefined && LASTING.has(diagnosis.cause);
}

/** Whether nothing gets through until somebody fixes it. */
export function leavesNoWay(diagnosis: Diagnosis | undefined): boolean {
  return diagnosis !== undefined && CLOSED.has(diagnosis.cause);
}
