import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from 'lit';
import { isComposed } from '../../util/keys.ts';
import type { FindMode } from './find-options.ts';
import type { FindPhase } from './find-state.ts';
import { onlyRow, type OnlyRowActions, type OnlyRowModel } from './only-row.ts';
import type { FindStrings } from './strings.ts';

export const PLAIN: FindMode = { case: false, word: false, regex: false };

export interface FindBarModel {
  readonly strings: FindStrings;
  readonly query: string;
  readonly mode: FindMode;
  /** Why regular expressions cannot be used; undefined where they can. */
  readonly noRegex: string | undefined;
  readonly phase: FindPhase;
  /** How much there is, or what is wrong. */
  readonly summary: string;
  readonly isProblem: boolean;
  /** Whether the reader can stop it: lines are read one after another, which may take long. */
  readonly canCancel: boolean;
  /** Whether only matches are shown. */
  readonly isOnly: boolean;
  /** The second row; undefined where it is closed. */
  readonly row: OnlyRowModel | undefined;
}

export interface FindBarActions extends OnlyRowActions {
  typed(query: string): void;
  toggled(name: keyof FindMode): void;
  /** Shows only matches, or all lines again. */
  onlyToggled(): void;
  step(isBackwards: boolean): void;
  cancel(): void;
  close(): void;
}

const icon = (path: SVGTemplateResult): TemplateResult =>
  html`<svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.5">
    ${path}
  </svg>`;

const UP = icon(svg`<path d="M4 10l4-4 4 4" />`);
const DOWN = icon(svg`<path d="M4 6l4 4 4-4" />`);
const FILTER = icon(svg`<path d="M2.5 4h11M4.5 8h7M6.5 12h3" />`);
const CLOSE = icon(svg`<path d="M4 4l8 8M12 4l-8 8" />`);

/** What stands on the switches in the field: signs, and no part of their names. */
const MARKS = [
  ['case', 'Aa'],
  ['word', 'ab|'],
  ['regex', '.*'],
] as const;

/** The bar under the header. */
export function findBar(model: FindBarModel, actions: FindBarActions): TemplateResult {
  const { query, mode, noRegex, summary, isProblem, phase, canCancel, isOnly, row, strings } = model;
  const onKey = (event: KeyboardEvent): void => {
    if (isComposed(event)) return;
    if (event.key === 'Escape') actions.close();
    else if (event.key === 'Enter' && event.target instanceof HTMLInputElement) actions.step(event.shiftKey);
    else return;
    event.preventDefault();
  };
  const onInput = ({ target }: Event): void => {
    if (target instanceof HTMLInputElement) actions.typed(target.value);
  };
  const button = (name: string, label: string, picture: TemplateResult, run: () => void): TemplateResult =>
    html`<button type="button" class="icon ${name}" aria-label=${label} data-tip=${label} @click=${run}>${picture}</button>`;
  return html`<div class="find" part="find" role="search" aria-label=${strings.bar} @keydown=${onKey}>
    <div class="find-row">
      <div class="query">
        <input
          type="text"
          class="field"
          maxlength="1000"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          enterkeyhint="search"
          aria-label=${strings.field}
          placeholder=${strings.field}
          aria-invalid=${isProblem}
          aria-describedby="found"
          .value=${query}
          @input=${onInput}
        />
        ${MARKS.map(([name, mark]) => {
          const reason = name === 'regex' ? noRegex : undefined;
          return html`<button
            type="button"
            class="mode"
            data-mark=${mark}
            aria-pressed=${mode[name]}
            aria-label=${strings[name]}
            title=${reason ?? strings[name]}
            ?disabled=${reason !== undefined}
            @click=${() => actions.toggled(name)}
          ></button>`;
        })}
      </div>
      <span id="found" dir="auto" title=${summary} class=${isProblem ? 'found problem' : 'found'}>${summary}</span>
      ${canCancel ? html`<button type="button" class="button" title=${strings.cancel} @click=${actions.cancel}>${strings.cancel}</button>` : nothing}
      ${button('previous', strings.previous, UP, () => actions.step(true))}${button('next', strings.next, DOWN, () => actions.step(false))}
      <button
        type="button"
        class="only"
        aria-pressed=${isOnly}
        aria-label=${strings.only}
        title=${strings.only}
        @click=${actions.onlyToggled}
      >
        ${FILTER}<span class="only-name">${strings.only}</span>
      </button>
      <span class="far"></span>
      ${button('close', strings.close, CLOSE, actions.close)}
    </div>
    ${row === undefined ? nothing : onlyRow(row, actions, strings)}
    <i class="scan" ?hidden=${phase !== 'searching'}></i>
  </div>`;
}
