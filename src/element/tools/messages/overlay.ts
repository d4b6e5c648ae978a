import { html, type TemplateResult } from 'lit';
import { TOOL_STRINGS } from '../strings.ts';
import type { ToolActions } from '../actions.ts';
import type { Message } from './toast.ts';

/** What lies over the lines: the button for new lines below the screen, and a short message. */
export function overlayTemplate(unseen: number, message: Message | undefined, actions: Pick<ToolActions, 'end'>): TemplateResult {
  return html`<button
      type="button"
      class="pill"
      part="pill"
      aria-label=${TOOL_STRINGS.pill(unseen)}
      ?hidden=${unseen === 0}
      @click=${() => actions.end()}
    >
      ↓ ${TOOL_STRINGS.newLines(unseen)}
    </button>
    <div class="toast" part="toast" ?hidden=${message === undefined}>${messageTemplate(message)}</div>`;
}

/** The text is hidden from screen readers, which have heard it from the live region. */
function messageTemplate({ text, action }: Partial<Message> = {}): readonly TemplateResult[] {
  return [
    html`<span aria-hidden="true">${text}</span>`,
    html`<button type="button" class="act" ?hidden=${action === undefined} @click=${() => action?.run()}>${action?.label}</button>`,
  ];
}
