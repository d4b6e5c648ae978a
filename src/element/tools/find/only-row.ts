import { html, type TemplateResult } from 'lit';
import { LEVEL } from '../../../protocol/marks/level.ts';
import { CONTEXTS } from './shown-matches.ts';
import type { FindStrings } from './strings.ts';

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
function levelName(level: number | undefined, strings: FindStrings): string {
  if (level === undefined) return strings.levels.all;
  if (level >= LEVEL.error) return strings.levels.errors;
  return level >= LEVEL.warn ? strings.levels.warnings : strings.levels.info;
}

/** The second row of the bar: what else decides which lines are shown alone. */
export function onlyRow(model: OnlyRowModel, actions: OnlyRowActions, strings: FindStrings): TemplateResult {
  const { without, level, context, bound } = model;
  const chosen = (event: Event, choose: (value: number) => void): void => {
    if (event.target instanceof HTMLSelectElement) choose(Number(event.target.value));
  };
  const contexts = CONTEXTS.some((lines) => lines === context) ? CONTEXTS : [...CONTEXTS, context];
  const isOffered = LEAST_LEVELS.some((least) => least === level);
  return html`<div class="only-row" role="group" aria-label=${strings.only}>
    <input
      type="text"
      class="field without"
      maxlength="1000"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      enterkeyhint="search"
      aria-label=${strings.without}
      placeholder=${strings.without}
      .value=${without}
      @input=${({ target }: Event) => {
        if (target instanceof HTMLInputElement) actions.withoutTyped(target.value);
      }}
    />
    <select
      class="choice least-level"
      aria-label=${strings.level}
      @change=${(event: Event) => chosen(event, (value) => actions.levelChosen(value || undefined))}
    >
      ${(isOffered ? LEAST_LEVELS : [...LEAST_LEVELS, level]).map(
        (least) => html`<option value=${least ?? 0} ?selected=${least === level}>${levelName(least, strings)}</option>`,
      )}
    </select>
    <select
      class="choice context"
      aria-label=${strings.contextLabel}
      @change=${(event: Event) => chosen(event, (value) => actions.contextChosen(value))}
    >
      ${contexts.map((lines) => html`<option value=${lines} ?selected=${lines === context}>${strings.context(lines)}</option>`)}
    </select>
    <span class="bound">${bound}</span>
  </div>`;
}
