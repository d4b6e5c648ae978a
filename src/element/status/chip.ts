import type { LogState, LogStatus } from '../../worker/api.ts';
import { isNoteworthy, outcomeOf, type Outcome } from '../outcome.ts';
import type { Strings } from '../strings.ts';

/** Silence after which a live log says how long it has been quiet, ms. */
export const QUIET_AFTER = 30_000;

/** The shape of the chip's mark: every state is recognizable without its colour. */
export type ChipShape = 'dashed' | 'half' | 'dot' | 'ring' | 'square' | 'cross' | 'check';
export type ChipTone = 'muted' | 'ok' | 'warn' | 'error' | 'success' | 'plain';

export interface Chip {
  readonly shape: ChipShape;
  readonly tone: ChipTone;
  readonly label: string;
}

type Look = readonly [ChipShape, ChipTone];

const SHAPES: Readonly<Record<Exclude<LogState, 'ended'>, Look>> = {
  connecting: ['dashed', 'muted'],
  'catching-up': ['half', 'plain'],
  live: ['dot', 'ok'],
  reconnecting: ['half', 'warn'],
  offline: ['ring', 'muted'],
  denied: ['cross', 'error'],
  error: ['cross', 'error'],
};

const OUTCOME_SHAPES: Readonly<Record<Outcome, Look>> = {
  succeeded: ['check', 'success'],
  failed: ['cross', 'error'],
  stopped: ['square', 'plain'],
  killed: ['cross', 'error'],
  ended: ['square', 'plain'],
};

export interface ChipInput {
  readonly status: LogStatus;
  /** Time since the log last grew, ms. */
  readonly quiet: number;
  /** Share of the requested lines that has arrived, 0 to 1; undefined when none are requested. */
  readonly progress: number | undefined;
  /** Lines between the newest one held and the end of the log. */
  readonly behind: number;
}

/** What the status chip shows. */
export function chipOf({ status, progress }: ChipInput, strings: Strings): Chip {
  const { state, end } = status;
  if (state === 'ended') {
    const outcome = outcomeOf(end);
    const [shape, tone] = OUTCOME_SHAPES[outcome];
    return { shape, tone, label: strings.outcomes[outcome] };
  }
  const [shape, tone] = SHAPES[state];
  let label = strings.state[state];
  if (state === 'catching-up' && progress !== undefined) label = strings.percent(label, progress);
  return { shape, tone, label };
}

/** How long a live log has had no new line, ms, once that is worth saying; undefined before. */
export function silenceOf({ status: { state }, quiet }: ChipInput): number | undefined {
  return state === 'live' && quiet >= QUIET_AFTER ? quiet : undefined;
}

/** Whether the chip's tooltip says more than its label: why the log is in this state, or since when. */
export function isExplained({ status: { state, end, problem }, quiet }: ChipInput): boolean {
  if (state === 'ended') return isNoteworthy(end);
  return problem !== undefined || quiet >= QUIET_AFTER || !(state === 'connecting' || state === 'catching-up' || state === 'live');
}

export { CONNECTING } from '../../worker/tab/status.ts';

/** Whether the log is complete, or stays as it is until somebody acts. */
export function isFinal(state: LogState): boolean {
  return state === 'ended' || state === 'denied' || state === 'error';
}
