import type { TemplateResult } from 'lit';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { ToolStrings } from '../strings.ts';
import type { helpDialog } from './help.ts';

/** Opens the dialog with all keys, and loads it when it is first opened. */
export class KeyHelp {
  readonly #element: LogStreamAttributes;
  readonly #strings: ToolStrings;
  #dialog: typeof helpDialog | undefined;
  #isOpen = false;

  constructor(element: LogStreamAttributes, strings: ToolStrings) {
    this.#element = element;
    this.#strings = strings;
  }

  async open(): Promise<void> {
    this.#dialog ??= (await import('./help.ts')).helpDialog;
    const element = this.#element;
    this.#isOpen = true;
    element.requestUpdate();
    await element.updateComplete;
    const dialog = element.renderRoot.querySelector<HTMLDialogElement>('dialog.help');
    if (dialog !== null && !dialog.open) dialog.showModal();
  }

  template(): TemplateResult | undefined {
    if (!this.#isOpen) return undefined;
    return this.#dialog?.({
      hasShortcuts: this.#element.shortcuts === 'on',
      strings: this.#strings,
      closed: () => {
        this.#isOpen = false;
        this.#element.requestUpdate();
      },
    });
  }
}
