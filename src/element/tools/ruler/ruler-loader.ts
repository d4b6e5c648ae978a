import { adoptStyles } from 'lit';
import type { Range } from '../../../worker/api.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { LogBinding } from '../../log-binding.ts';
import { themed } from '../../styles/themed.ts';
import type { LineSet } from '../../viewport/filter/line-set.ts';
import type { Viewport } from '../../viewport/viewport.ts';
import { queriesOf } from '../queries-of.ts';
import type { ToolStrings } from '../strings.ts';
import type { LevelPartsHost, ReadLevels } from './level-parts.ts';
import type { Ruler } from './ruler.ts';

/** Lines below which no ruler is worth loading: most screens show more than a third of them. */
const LEAST_LINES = 60;

export interface RulerLoaderHost {
  readonly element: LogStreamAttributes;
  readonly binding: LogBinding;
  readonly viewport: Viewport;
  readonly scroller: HTMLElement;
  readonly strings: ToolStrings;
  /** What answers in place of a server that cannot. */
  read(): ReadLevels | undefined;
  readonly counted: LevelPartsHost['counted'];
  /** The lines that a search found, as far as they are known, in order; the same list until it changes. */
  hits(): LineSet | undefined;
  /** The lines that are selected as a whole. */
  selected(): Range | undefined;
  /** A line was chosen by its mark. */
  found(line: number): void;
}

/** Loads the ruler once a log is long enough for one, and puts it beside the log. */
export class RulerLoader {
  readonly #host: RulerLoaderHost;
  #ruler: Ruler | undefined;
  #isLoading = false;
  #isStyled = false;
  #hasFailed = false;
  #isConnected = false;

  constructor(host: RulerLoaderHost) {
    this.#host = host;
  }

  connect(): void {
    this.#isConnected = true;
    this.update();
  }

  disconnect(): void {
    this.#isConnected = false;
    this.#ruler?.dispose();
    this.#ruler = undefined;
  }

  /** The log grew, or was laid out differently. */
  update(): void {
    if (this.#ruler !== undefined) return this.#ruler.update();
    const { first, head } = this.#host.binding.log?.status ?? { first: 1, head: 0 };
    if (this.#isConnected && !this.#isLoading && !this.#hasFailed && head - first >= LEAST_LINES) void this.#load();
  }

  async #load(): Promise<void> {
    this.#isLoading = true;
    try {
      const [{ Ruler: Loaded }, { rulerStyles }] = await Promise.all([import('./ruler.ts'), import('./styles.ts')]);
      if (!this.#isConnected) return;
      const { element, binding, scroller } = this.#host;
      const { renderRoot } = element;
      if (!this.#isStyled && renderRoot instanceof ShadowRoot)
        adoptStyles(renderRoot, [...renderRoot.adoptedStyleSheets, themed(rulerStyles)]);
      this.#isStyled = true;
      this.#ruler = new Loaded({ ...this.#host, queries: queriesOf(binding), status: () => binding.log?.status });
      // The focus ring stays beside the log, which shows it.
      scroller.nextElementSibling?.after(this.#ruler.element, this.#ruler.readout);
      this.#ruler.update();
    } catch (error) {
      // The log is read without it.
      this.#hasFailed = true;
      console.warn(`<${this.#host.element.localName}>: the ruler couldn't be loaded.`, error);
    } finally {
      this.#isLoading = false;
    }
  }
}
