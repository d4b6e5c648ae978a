import { fieldRows, type FieldRow } from '../../terminal/field-rows.ts';
import { MAX_FIELDS, MAX_STRUCTURED } from '../../terminal/structured-fields.ts';
import { parseLine } from '../../terminal/parse.ts';
import { withLinks } from '../../terminal/text-links.ts';
import { drawRuns } from '../../viewport/text/draw-runs.ts';
import type { GlyphSpacing } from '../../viewport/text/glyph-spacing.ts';
import type { ToolStrings } from '../strings.ts';

/** Lines of a value that are shown, at most; all of them are copied. */
export const MAX_VALUE_LINES = 200;

export interface FieldPanelHost {
  readonly glyphs: GlyphSpacing;
  readonly strings: ToolStrings['fields'];
  copy(field: FieldRow): void;
  /** Shows only lines with this field, given as the line has it; undefined where lines cannot be filtered. */
  readonly filter: ((key: string, value: string) => void) | undefined;
  /** Closes the fields, and moves the focus back to the log. */
  close(): void;
}

/** What a button of a field does. */
type Act = 'copy' | 'filter';

/** The fields of a line, one below the other: name, value, and what can be done with it. */
export class FieldPanel {
  readonly element = document.createElement('div');
  /** How many are shown. */
  readonly count: number;
  readonly #host: FieldPanelHost;
  readonly #rows: readonly FieldRow[];

  /** `text` is that of the line as it is shown. */
  constructor(line: number, text: string, sourceUrl: string, host: FieldPanelHost) {
    this.#host = host;
    const { rows, cut } = fieldRows(text) ?? { rows: [], cut: undefined };
    this.#rows = rows;
    this.count = rows.length;
    const { element } = this;
    const { strings } = host;
    element.className = 'fields';
    element.setAttribute('part', 'fields');
    element.setAttribute('role', 'group');
    element.ariaLabel = strings.of(line);
    element.append(...rows.map((row, at) => this.#field(row, at, sourceUrl)));
    if (cut !== undefined)
      element.append(box('field-note', cut === 'fields' ? strings.cutFields(MAX_FIELDS) : strings.cutText(MAX_STRUCTURED / 1_024)));
    element.addEventListener('click', ({ target }) => this.#act(target));
    element.addEventListener('keydown', (event) => this.#press(event));
  }

  #field(row: FieldRow, at: number, sourceUrl: string): HTMLElement {
    const field = box('field');
    field.dataset['at'] = String(at);
    const value = box('field-value');
    value.append(...this.#valueNodes(row.value, sourceUrl));
    const { strings, filter } = this.#host;
    const acts = box('field-acts');
    acts.append(button('copy', strings.copy(row.path)));
    if (filter !== undefined && row.written !== undefined) acts.append(button('filter', strings.filter(row.path)));
    field.append(box('field-name', row.path), value, acts);
    return field;
  }

  /** A value is drawn as the text of a line is: its control characters can be seen, and addresses are links. */
  #valueNodes(value: string, sourceUrl: string): Node[] {
    const lines = value.split('\n');
    const nodes = lines.slice(0, MAX_VALUE_LINES).flatMap((line, at) => {
      const { nodes: drawn } = drawRuns(withLinks(parseLine(line), sourceUrl), this.#host.glyphs);
      return at === 0 ? drawn : [document.createTextNode('\n'), ...drawn];
    });
    const rest = lines.length - MAX_VALUE_LINES;
    return rest <= 0 ? nodes : [...nodes, box('field-rest', this.#host.strings.moreLines(rest))];
  }

  #act(target: EventTarget | null): void {
    const pressed = target instanceof Element ? target.closest<HTMLElement>('[data-field-act]') : null;
    const field = this.#fieldAt(target);
    if (pressed === null || field === undefined) return;
    if (pressed.dataset['fieldAct'] === 'copy') this.#host.copy(field);
    else if (field.written !== undefined) this.#host.filter?.(field.written.key, field.written.value);
  }

  /** Up and down go to the same button of another field, `c` copies the field, Escape closes all. */
  #press(event: KeyboardEvent): void {
    const { key, target, ctrlKey, altKey, metaKey } = event;
    const field = this.#fieldAt(target);
    if (field === undefined || !(target instanceof HTMLElement) || ctrlKey || altKey || metaKey) return;
    if (key === 'Escape') this.#host.close();
    else if (key === 'c') this.#host.copy(field);
    else if (key === 'ArrowDown' || key === 'ArrowUp') {
      const buttons = [...this.element.querySelectorAll<HTMLElement>(`[data-field-act="${target.dataset['fieldAct'] ?? 'copy'}"]`)];
      const at = buttons.findIndex((candidate) => target.closest('.field')?.contains(candidate));
      const next = buttons[at + (key === 'ArrowDown' ? 1 : -1)];
      if (next === undefined) return;
      next.focus({ preventScroll: true });
      next.closest('.field')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  #fieldAt(target: EventTarget | null): FieldRow | undefined {
    const at = target instanceof Element ? target.closest<HTMLElement>('.field')?.dataset['at'] : undefined;
    return at === undefined ? undefined : this.#rows[Number(at)];
  }
}

function box(className: string, text = ''): HTMLElement {
  const element = document.createElement('div');
  element.className = className;
  element.textContent = text;
  return element;
}

function button(act: Act, label: string): HTMLButtonElement {
  const element = document.createElement('button');
  element.type = 'button';
  element.dataset['fieldAct'] = act;
  element.ariaLabel = element.title = label;
  // Tab leaves the log in one step.
  element.tabIndex = -1;
  return element;
}
