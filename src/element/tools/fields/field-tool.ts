import type { LineRun } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import { addStyles } from '../../util/add-styles.ts';
import { themed } from '../../styles/themed.ts';
import type { FieldHost, FieldOpener } from './field-opener.ts';

/** What a structured line has: an object of JSON, or a pair. */
const STRUCTURED = /\{\s*"|[\w@]=/u;

/** Loads what shows the fields of structured lines, once a log has one. */
export class FieldTool {
  readonly #host: FieldHost & { readonly element: LogStreamAttributes };
  #opener: FieldOpener | undefined;
  #isLoading = false;

  constructor(host: FieldHost & { readonly element: LogStreamAttributes }) {
    this.#host = host;
    this.updated(host.viewport.held.runs());
  }

  /** Lines came. */
  updated(runs: Iterable<LineRun>): void {
    if (this.#isLoading) return;
    for (const { lines } of runs)
      if (lines.some(([, text]) => STRUCTURED.test(text))) {
        this.#isLoading = true;
        // Where they cannot be loaded, structured lines are lines like others; the next lines try again.
        this.#load().catch(() => (this.#isLoading = false));
        return;
      }
  }

  /** Closes the fields of the current line. Returns false if they are not open. */
  close(): boolean {
    return this.#opener?.close() === true;
  }

  async #load(): Promise<void> {
    const [{ FieldOpener: Loaded }, { fieldStyles }] = await Promise.all([import('./field-opener.ts'), import('./styles.ts')]);
    addStyles(this.#host.element.renderRoot, [themed(fieldStyles)]);
    this.#opener = new Loaded(this.#host);
  }
}
