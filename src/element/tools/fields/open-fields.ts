import type { Line } from '../../../protocol/line.ts';
import { shownText } from '../../../protocol/terminal/shown-text.ts';
import { fieldRows, hasFields } from '../../terminal/field-rows.ts';
import { MAX_STRUCTURED } from '../../terminal/structured-fields.ts';
import { innerSize } from '../../viewport/layout/measure-element.ts';
import type { FieldSource, RowFields } from '../../viewport/layout/field-source.ts';
import type { CollapsedRange } from '../../viewport/lines/collapsed-range.ts';
import { FieldPanel, type FieldPanelHost } from './field-panel.ts';

/** Lines whose fields may be open at the same time; beyond that, the one opened first is closed. */
export const MAX_OPEN = 100;
/** Characters of a line that are read, so that enough of them are left without its sequences. */
const READ = 4 * MAX_STRUCTURED;

/** An open line. */
interface Opened {
  /** Rows it is expected to take, and its height as drawn, px. */
  readonly rows: number;
  height: number | undefined;
  row: HTMLElement | undefined;
}

/** What was made for a line. */
interface Known {
  readonly fields: RowFields;
  readonly sourceUrl: string;
}

/** Which structured lines have their fields open, and the elements that show them. */
export class OpenFields implements FieldSource {
  readonly #host: Omit<FieldPanelHost, 'close'> & { close(line: number): void };
  readonly #opened = new Map<number, Opened>();
  readonly #known = new WeakMap<Line, Known | 'none'>();

  constructor(host: Omit<FieldPanelHost, 'close'> & { close(line: number): void }) {
    this.#host = host;
  }

  of(number: number, line: Line, sourceUrl: string): RowFields | undefined {
    let known = this.#known.get(line);
    if (known === undefined)
      this.#known.set(line, (known = hasFields(textOf(line)) ? { fields: closed(this.#host.strings.toggle), sourceUrl } : 'none'));
    if (known === 'none') return undefined;
    const opened = this.#opened.get(number);
    const { toggle, panel } = known.fields;
    if ((panel !== undefined) !== (opened !== undefined) || (panel !== undefined && known.sourceUrl !== sourceUrl)) {
      const made = opened && new FieldPanel(number, textOf(line), sourceUrl, { ...this.#host, close: () => this.#host.close(number) });
      known = { fields: { toggle, panel: made?.element }, sourceUrl };
      this.#known.set(line, known);
      toggle.ariaExpanded = String(opened !== undefined);
    }
    if (opened !== undefined) opened.row = known.fields.panel;
    return known.fields;
  }

  isOpen(number: number): boolean {
    return this.#opened.has(number);
  }

  /** Opens the fields of a line, or closes them. Returns how many there are now. */
  toggle(number: number, line: Line): number {
    if (this.#opened.delete(number)) return 0;
    const count = fieldRows(textOf(line))?.rows.length ?? 0;
    for (const first of this.#opened.keys()) if (this.#opened.size >= MAX_OPEN) this.#opened.delete(first);
    this.#opened.set(number, { rows: count + 1, height: undefined, row: undefined });
    return count;
  }

  opened(first: number, last: number, rowHeight: number): readonly CollapsedRange[] {
    return [...this.#opened]
      .filter(([line]) => line >= first && line <= last)
      .sort(([a], [b]) => a - b)
      .map(([line, { rows, height = rows * rowHeight }]) => ({ from: line, to: line, height, hasRow: true }));
  }

  measure(): boolean {
    let isChanged = false;
    for (const opened of this.#opened.values()) {
      const row = opened.row?.parentElement;
      if (!row?.isConnected || row.hasAttribute('data-pinned')) continue;
      const { height } = innerSize(row);
      if (height === 0 || Math.abs(height - (opened.height ?? 0)) < 0.5) continue;
      opened.height = height;
      isChanged = true;
    }
    return isChanged;
  }

  clear(): void {
    this.#opened.clear();
  }
}

function textOf(line: Line): string {
  return shownText(line[1].slice(0, READ));
}

function closed(name: string): RowFields {
  const toggle = document.createElement('button');
  toggle.type = 'button';
  toggle.className = 'opener';
  toggle.dataset['act'] = 'fields';
  toggle.ariaLabel = name;
  toggle.ariaExpanded = 'false';
  // Tab leaves the log in one step; Enter in the log reaches what is on screen.
  toggle.tabIndex = -1;
  return { toggle, panel: undefined };
}
