import type { Viewport } from '../../viewport/viewport.ts';
import { GlyphSpacing } from '../../viewport/text/glyph-spacing.ts';
import type { FieldRow } from '../../terminal/field-rows.ts';
import { hasClipboard, writeClipboard } from '../copy/clipboard.ts';
import type { CurrentLine } from '../current/current-line.ts';
import { selectedBoundaries } from '../../util/selected-boundaries.ts';
import type { ToolStrings } from '../strings.ts';
import { OpenFields } from './open-fields.ts';

export interface FieldHost {
  readonly element: Element;
  readonly scroller: HTMLElement;
  readonly viewport: Pick<Viewport, 'line' | 'fields' | 'schedule' | 'held'>;
  readonly current: CurrentLine;
  readonly strings: ToolStrings;
  /** Shows a message, and announces it. */
  notify(text: string): void;
  /** For screen readers only. */
  announce(text: string): void;
  /** Shows only the lines in which a field has this value, both as a line has them, with their escapes; undefined where lines cannot be filtered. */
  readonly filterByField?: ((key: string, value: string) => void) | undefined;
}

/** Pixels a pointer moves at most between press and release of a click. */
const STILL = 3;
/** What a click is for in a row, other than to open its fields. */
const OTHERS = '.num, .more, .fields, a, button';

/** Opens the fields of a structured line when the reader clicks it or presses its button, and closes them. */
export class FieldOpener {
  readonly #host: FieldHost;
  readonly #fields: OpenFields;
  /** Where the text was pressed; undefined where that was to end a selection. */
  #pressed: { readonly x: number; readonly y: number } | undefined;

  constructor(host: FieldHost) {
    this.#host = host;
    const { scroller, viewport, strings, filterByField } = host;
    this.#fields = new OpenFields({
      glyphs: new GlyphSpacing(scroller),
      strings: strings.fields,
      copy: (field) => void this.#copy(field),
      filter: filterByField,
      close: (line) => {
        this.#toggle(line);
        scroller.focus({ preventScroll: true });
      },
    });
    scroller.addEventListener('pointerdown', ({ clientX, clientY }) => {
      this.#pressed = this.#isSelecting ? undefined : { x: clientX, y: clientY };
    });
    scroller.addEventListener('click', (event) => this.#onClick(event));
    viewport.fields = this.#fields;
  }

  /** Closes the fields of the current line. Returns false if they are not open. */
  close(): boolean {
    const { line } = this.#host.current;
    if (line === undefined || !this.#fields.isOpen(line)) return false;
    this.#toggle(line);
    return true;
  }

  #onClick(event: MouseEvent): void {
    const { target } = event;
    const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
    const opener = row?.querySelector<HTMLElement>(':scope > .opener');
    if (!row || !opener || !(target instanceof Element)) return;
    if (target === opener || (target.closest(OTHERS) === null && this.#isPlain(event))) this.#toggle(Number(row.dataset['line']));
  }

  /** Whether a click selects nothing. The second one of a double click selects a word, and takes back what the first one did. */
  #isPlain({ clientX, clientY, detail, shiftKey, ctrlKey, altKey, metaKey }: MouseEvent): boolean {
    if (detail > 2 || shiftKey || ctrlKey || altKey || metaKey || this.#pressed === undefined) return false;
    const isStill = Math.hypot(clientX - this.#pressed.x, clientY - this.#pressed.y) <= STILL;
    return isStill && (detail === 2 || !this.#isSelecting);
  }

  get #isSelecting(): boolean {
    return selectedBoundaries(this.#host.element.shadowRoot)?.collapsed === false;
  }

  #toggle(number: number): void {
    const { viewport, current, strings, announce } = this.#host;
    const line = viewport.line(number);
    if (line === undefined) return;
    current.line = number;
    const count = this.#fields.toggle(number, line);
    if (count > 0) announce(strings.fields.opened(count));
    viewport.schedule();
  }

  async #copy({ path, value }: FieldRow): Promise<void> {
    const { strings, notify } = this.#host;
    try {
      if (!hasClipboard()) throw new RangeError(strings.copyFailed);
      await writeClipboard(Promise.resolve(value));
      notify(strings.fields.copied(path));
    } catch {
      notify(strings.copyFailed);
    }
  }
}
