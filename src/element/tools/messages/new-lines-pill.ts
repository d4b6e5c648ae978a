import { html, type TemplateResult } from 'lit';
import type { ToolActions } from '../actions.ts';
import type { ToolStrings } from '../strings.ts';

/** What came since the reader left the end, and was not on screen: lines that are shown, and errors. */
export interface Unseen {
  readonly lines: number;
  readonly errors: number;
}

/**
 * The button over the last rows that says how many new lines are below the screen, and jumps to the end. Where errors are among
 * them it is red, with a second button that goes to the first of these.
 */
export function newLinesPill({ lines, errors }: Unseen, actions: Pick<ToolActions, 'end' | 'error'>, strings: ToolStrings): TemplateResult {
  const text = [strings.newLines(lines), ...(errors === 0 ? [] : [strings.newErrors(errors)])].join(' · ');
  return html`<div class=${errors === 0 ? 'pills' : 'pills failing'} ?hidden=${lines === 0}>
    <button
      type="button"
      class="pill"
      part="pill"
      title=${text}
      aria-label=${strings.pill(text)}
      ?hidden=${lines === 0}
      @click=${() => actions.end()}
    >
      ↓ ${text}
    </button>
    <button type="button" class="pill-error" ?hidden=${errors === 0} @click=${() => actions.error()}>${strings.nextError}</button>
  </div>`;
}
