import { html, nothing, type TemplateResult } from 'lit';
import { isComposed } from '../../util/keys.ts';
import type { ToolStrings } from '../strings.ts';

export interface GoToBarHost {
  readonly strings: ToolStrings;
  /** Goes where the text says. Returns what is wrong with it, if anything. */
  submit(text: string): string | undefined;
  close(): void;
}

/** The field for a line or a time, over the top of the log. */
export function goToBar({ strings, submit, close }: GoToBarHost, problem: string, setProblem: (problem: string) => void): TemplateResult {
  const go = ({ currentTarget }: Event): void => {
    const bar = currentTarget instanceof Element ? currentTarget.closest('.go-to') : null;
    const wrong = submit(bar?.querySelector('input')?.value ?? '');
    if (wrong === undefined) close();
    else setProblem(wrong);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (isComposed(event)) return;
    if (event.key === 'Enter') go(event);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
  };
  return html`<div class="go-to" role="search" aria-label=${strings.goTo}>
    <input
      type="text"
      aria-label=${strings.goTo}
      aria-invalid=${problem === '' ? nothing : 'true'}
      aria-describedby="go-to-problem"
      placeholder=${strings.goToExamples}
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      enterkeyhint="go"
      @keydown=${onKey}
      @input=${() => setProblem('')}
    />
    <button type="button" class="button" @click=${go}>${strings.go}</button>
    <button type="button" class="icon" aria-label=${strings.close} @click=${close}>✕</button>
    <span id="go-to-problem" dir="auto" role="alert">${problem}</span>
  </div>`;
}
