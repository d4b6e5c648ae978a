import { adoptStyles } from 'lit';
import { themed } from '../../styles/themed.ts';
import type { Finder } from './finder.ts';
import type { FinderHost } from './finder-host.ts';

/** Loads the search when it is first used. */
export class FindLoader {
  readonly #host: FinderHost;
  #finder: Finder | undefined;
  #loading: Promise<Finder> | undefined;

  constructor(host: FinderHost) {
    this.#host = host;
  }

  /** Undefined until it is loaded. */
  get finder(): Finder | undefined {
    return this.#finder;
  }

  /** Rejects when it cannot be loaded; the next call tries again. */
  load(): Promise<Finder> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  /** Uses it as soon as it is loaded. */
  use(run: (finder: Finder) => void): void {
    this.load().then(run, (error: unknown) => console.warn(`<${this.#host.element.localName}>: the search could not be loaded.`, error));
  }

  /** Shows only the structured lines that have a field with this value, as one of them has it. */
  filterByField(name: string, value: string): void {
    this.use((finder) => finder.filterByField(name, value));
  }

  async #load(): Promise<Finder> {
    const [{ Finder: Loaded }, { findStyles }] = await Promise.all([import('./finder.ts'), import('./styles.ts')]);
    const { renderRoot } = this.#host.element;
    if (renderRoot instanceof ShadowRoot) adoptStyles(renderRoot, [...renderRoot.adoptedStyleSheets, themed(findStyles)]);
    return (this.#finder = new Loaded(this.#host));
  }
}
