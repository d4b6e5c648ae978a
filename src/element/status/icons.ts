import { svg, type SVGTemplateResult } from 'lit';
import type { ChipShape } from './chip.ts';

/** Drawn with thick, round strokes. */
const STROKED: ReadonlySet<ChipShape> = new Set<ChipShape>(['cross', 'check']);

/** The marks of the status chip, 8 px: a path, and whether it is filled or how it is dashed. Each is recognizable by its shape alone. */
const MARKS: Readonly<Record<ChipShape, readonly [path: string, filled: boolean, dash?: string]>> = {
  dashed: ['M4 .75a3.25 3.25 0 1 1 0 6.5a3.25 3.25 0 1 1 0-6.5z', false, '1.7 1.7'],
  half: ['M4 0a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4 1.5a2.5 2.5 0 0 1 0 5z', true],
  dot: ['M4 0a4 4 0 1 1 0 8a4 4 0 1 1 0-8z', true],
  ring: ['M4 .75a3.25 3.25 0 1 1 0 6.5a3.25 3.25 0 1 1 0-6.5z', false],
  square: ['M1.5.5h5a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-5a1 1 0 0 1-1-1v-5a1 1 0 0 1 1-1z', true],
  cross: ['M1 1l6 6M7 1 1 7', false],
  check: ['M.9 4.4 3.1 6.6 7.1 1.6', false],
};

export function markOf(shape: ChipShape): SVGTemplateResult {
  const [path, filled, dash = ''] = MARKS[shape];
  const isStroked = STROKED.has(shape);
  return svg`<svg viewBox="0 0 8 8" width="8" height="8" aria-hidden="true"><path d=${path} fill=${filled ? 'currentColor' : 'none'} fill-rule="evenodd" stroke=${filled ? 'none' : 'currentColor'} stroke-width=${isStroked ? 2 : 1.5} stroke-linecap=${isStroked ? 'round' : 'butt'} stroke-dasharray=${dash}/></svg>`;
}
