import { html, type TemplateResult } from 'lit';
import { KEY_TABLE, type KeyCommand } from '../keyboard/key-reader.ts';
import type { ToolStrings } from '../strings.ts';

export interface HelpHost {
  /** Whether single characters act as keys. */
  readonly hasShortcuts: boolean;
  readonly strings: ToolStrings;
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

const keyTemplate = (key: string, names: Readonly<Record<string, string>>): TemplateResult =>
  html`<span class="keys">${key.split(/[ +]/u).map((part) => html`<kbd>${names[part] ?? part}</kbd>`)}</span>`;

/** The dialog with all keys. */
export function helpDialog({ hasShortcuts, strings, closed }: HelpHost): TemplateResult {
  const close = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof Element) currentTarget.closest('dialog')?.close();
  };
  return html`<dialog class="help" aria-labelledby="help-title" @close=${closed}>
    <div class="help-head">
      <h2 id="help-title" dir="auto">${strings.help}</h2>
      <button type="button" class="icon" aria-label=${strings.close} @click=${close}>✕</button>
    </div>
    <dl>
      ${helpRows(hasShortcuts).map(
        ({ command, keys }) =>
          html`<div>
            <dt>${keys.map((key) => keyTemplate(key, strings.keyNames))}</dt>
            <dd dir="auto">${strings.keys[command]}</dd>
          </div>`,
      )}
    </dl>
  </dialog>`;
}
