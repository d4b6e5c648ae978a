import { html, type TemplateResult } from 'lit';
import { KEY_TABLE, type KeyCommand } from '../keyboard/key-reader.ts';
import { TOOL_STRINGS } from '../strings.ts';

export interface HelpHost {
  /** Whether single characters act as keys. */
  readonly hasShortcuts: boolean;
  closed(): void;
}

/** The keys of each command, as they are printed on a keyboard. */
export function helpRows(hasShortcuts: boolean): { readonly command: KeyCommand; readonly keys: readonly string[] }[] {
  return [...KEY_TABLE]
    .map(([command, keys]) => ({ command, keys: keys.filter((key) => hasShortcuts || !isLetter(key)) }))
    .filter(({ keys }) => keys.length > 0);
}

/** Whether `shortcuts="off"` turns a key off: single characters, and sequences of them. */
function isLetter(key: string): boolean {
  return key.split(' ').every((part) => part.length === 1);
}

const keyTemplate = (key: string): TemplateResult =>
  html`<span class="keys">${key.split(/[ +]/u).map((part) => html`<kbd>${TOOL_STRINGS.keyNames[part] ?? part}</kbd>`)}</span>`;

/** The dialog with all keys. */
export function helpDialog({ hasShortcuts, closed }: HelpHost): TemplateResult {
  const close = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
  };
  return html`<dialog class="help" aria-labelledby="help-title" @close=${closed}>
    <div class="help-head">
      <h2 id="help-title">${TOOL_STRINGS.help}</h2>
      <button type="button" class="icon" aria-label=${TOOL_STRINGS.close} @click=${close}>✕</button>
    </div>
    <dl>
      ${helpRows(hasShortcuts).map(
        ({ command, keys }) =>
          html`<div>
            <dt>${keys.map(keyTemplate)}</dt>
            <dd>${TOOL_STRINGS.keys[command]}</dd>
          </div>`,
      )}
    </dl>
  </dialog>`;
}
