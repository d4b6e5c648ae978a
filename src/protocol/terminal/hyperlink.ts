import type { EscapeSequence } from '../escape.ts';
import { LIMITS } from '../limits.ts';

/** The target that an OSC 8 sequence opens, empty where it closes the link; undefined for any other sequence. */
export function hyperlinkOf({ kind, params }: EscapeSequence): string | undefined {
  if (kind !== 'osc' || !params.startsWith('8;')) return undefined;
  // OSC 8 ; key=value:… ; target
  const target = params.length > LIMITS.escapeLength ? -1 : params.indexOf(';', 2);
  return target === -1 ? '' : params.slice(target + 1);
}
