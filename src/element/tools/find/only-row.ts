import { html, type TemplateResult } from 'lit';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { CONTEXTS } from './shown-matches.ts';
import { FIND_STRINGS } from './strings.ts';

/** Levels to choose from: those and all above. */
export const LEAST_LEVELS = [undefined, LEVEL.info, LEVEL.warn, LEVEL.error] as const;

export interface OnlyRowModel {
  readonly without: string;
  readonly level: number | undefined;
  readonly context: number;
  /** Says that not all matches are shown; empty where they are. */
  readonly bound: string;
}

export interface OnlyRowActions {
  withoutTyped(text: string): void;
  levelChosen(level: number | undefined): void;
  contextChosen(context: number): void;
}

/** What is shown of a level and those above. */
function levelName(level: number | undefined): string {
  if (level === undefined) return FIND_STRINGS.levels.all;
  if (level >= LEVEL.error) return FIND_STRINGS.levels.errors;
  return level >= LEVEL.warn ? FIND_STRINGS.levels.warnings : FIND_STRINGS.levels.info;
}

/** The second row of the bar: what else decides which lines are shown alone. */
export function onlyRow(model: OnlyRowModel, actions: OnlyRowActions): TemplateResult {
  const { without, level, context, bound } = model;
  const chosen = (event: Event, choose: (value: number) => void): void => {
    if (event.target instanceof HTMLSelectElement) choose(Number(event.target.value));
  };
  const contexts = CONTEXTS.some((lines) => lines === context) ? CONTEXTS : [...CONTEXTS, context];
  const isOffered = LEAST_LEVELS.some((least) => least === level);
  return html`<div class="only-row" role="group" aria-label=${FIND_STRINGS.only}>
    <input
      type="text"
      class="field without"
      maxlength="1000"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      enterkeyhint="search"
      aria-label=${FIND_STRINGS.without}
      placeholder=${FIND_STRINGS.without}
      .value=${without}
      @input=${({ target }: Event) => {
        if (target instanceof HTMLInputElement) actions.withoutTyped(target.value);
      }}
    />
    <select
      class="choice least-level"
      aria-label=${FIND_STRINGS.level}
      @change=${(event: Event) => chosen(event, (value) => actions.levelChosen(value || undefined))}
    >
      ${(isOffered ? LEAST_LEVELS : [...LEAST_LEVELS, level]).map(
        (least) => html`<option value=${least ?? 0} ?selected=${least === level}>${levelName(least)}</option>`,
      )}
    </select>
    <select
      class="choice context"
      aria-label=${FIND_STRINGS.contextLabel}
      @change=${(event: Event) => chosen(event, (value) => actions.contextChosen(value))}
    >
      ${contexts.map((lines) => html`<option value=${lines} ?selected=${lines === context}>${FIND_STRINGS.context(lines)}</option>`)}
    </select>
    <span class="bound">${bound}</span>
  </div>`;
}
