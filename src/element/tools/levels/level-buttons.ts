import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import type { ToolActions } from '../actions.ts';
import { ERRORS, WARNINGS, type EntryKind } from '../entries/entry-kind.ts';
import type { ToolStrings } from '../strings.ts';
import { endsLongPress, onLongPress } from './long-press.ts';

type LevelActions = Pick<ToolActions, 'error' | 'previousError' | 'warning' | 'previousWarning' | 'levels'>;

const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg
    viewBox="0 0 16 16"
    width="16"
    height="16"
    aria-hidden="true"
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
  >
    ${shape}
  </svg>`;

const ICONS = {
  error: icon(svg`<circle cx="8" cy="8" r="6.25"/><path d="m5.9 5.9 4.2 4.2m0-4.2-4.2 4.2"/>`),
  warning: icon(svg`<path d="M8 2.25 14.25 13.5H1.75zM8 6.5v3M8 11.4v.1"/>`),
};

/** The entries of a log by level, as far as they are known. */
export interface KnownCounts {
  readonly counts: LevelCounts;
  /** Whether there may be more. */
  readonly isPartial: boolean;
}

function countOf({ name }: EntryKind, total: number, isPartial: boolean, strings: ToolStrings): string {
  const text = strings.finding[name].count(total);
  return isPartial ? strings.atLeast(text) : text;
}

function button(
  kind: EntryKind,
  { counts, isPartial }: KnownCounts,
  strings: ToolStrings,
  { next, previous, menu }: { next(): void; previous(): void; menu(button: HTMLElement): void },
): TemplateResult | undefined {
  const { name } = kind;
  const total = kind.in(counts);
  if (total === 0) return undefined;
  return html`<button
    type="button"
    class="icon counted ${name}-count"
    data-action="${name}s"
    data-tip=${strings[name]}
    aria-label=${strings.goToNext(countOf(kind, total, isPartial, strings))}
    @click=${(event: MouseEvent) => {
      if (!endsLongPress(event)) (event.shiftKey ? previous : next)();
    }}
    @contextmenu=${(event: MouseEvent) => {
      event.preventDefault();
      if (event.currentTarget instanceof HTMLElement) menu(event.currentTarget);
    }}
    @pointerdown=${(event: PointerEvent) => onLongPress(event, menu)}
  >
    ${ICONS[name]}<span>${isPartial ? strings.orMore(total) : strings.atMost(total)}</span>
  </button>`;
}

/**
 * The buttons that count errors and warnings and go to the next one; with Shift, to the previous one. A long press or the context menu
 * offers to show only such lines. None where there are none.
 */
export function levelButtons(known: KnownCounts, actions: LevelActions, strings: ToolStrings): readonly (TemplateResult | undefined)[] {
  const menu = (opener: HTMLElement): void => actions.levels(opener);
  return [
    button(ERRORS, known, strings, { next: () => actions.error(), previous: () => actions.previousError(), menu }),
    button(WARNINGS, known, strings, { next: () => actions.warning(), previous: () => actions.previousWarning(), menu }),
  ];
}
