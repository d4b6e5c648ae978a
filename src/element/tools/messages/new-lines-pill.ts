import { html, type TemplateResult } from 'lit';
import { TOOL_STRINGS } from '../strings.ts';
import type { ToolActions } from '../actions.ts';

/** The button over the last rows that says how many new lines are below the screen, and jumps to the end. */
export function newLinesPill(unseen: number, actions: Pick<ToolActions, 'end'>): TemplateResult {
  return html`<button
    type="button"
    class="pill"
    part="pill"
    aria-label=${TOOL_STRINGS.pill(unseen)}
    ?hidden=${unseen === 0}
    @click=${() => actions.end()}
  >
    ↓ ${TOOL_STRINGS.newLines(unseen)}
  </button>`;
}
