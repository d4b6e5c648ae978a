import type { Range } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { LogBinding } from '../../log-binding.ts';
import type { Strings } from '../../strings.ts';
import type { ElementWords } from '../../words/element-words.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import type { FindOptions } from './find-options.ts';

export type { FindOptions };

export interface FinderHost {
  readonly words: ElementWords<Strings>;
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Pick<
    Viewport,
    'line' | 'visible' | 'goTo' | 'scrollBy' | 'expand' | 'current' | 'following' | 'filter' | 'showOnly' | 'schedule' | 'steps'
  >;
  readonly scroller: HTMLElement;
  /** The first and the last line of the log. */
  lines(): Range;
  freshTopic(): Promise<string | undefined>;
  /** For screen readers only. */
  announce(text: string): void;
  /** Other lines are shown alone, or all are again: the page's address says which. */
  filtered(): void;
}

/** The lines that are shown alone: those that a search finds. */
export interface ShownFilter extends Omit<FindOptions, 'only'> {
  readonly q: string;
}
