import type { ReaderTools, ReaderToolsHost } from './tools/reader-tools.ts';
import { ADVICE } from './strings.ts';
import { platformIdle } from './util/idle.ts';

/** The tools are loaded when the page is idle, but no later than this, ms: the log comes first. */
const LATEST = 500;

/** Loads the reader's tools, once. */
export class ToolsLoader {
  readonly #host: () => ReaderToolsHost;
  readonly #onLoad: (tools: ReaderTools) => void;
  #loading: Promise<ReaderTools> | undefined;
  #tools: ReaderTools | undefined;

  /** `onLoad` is called before anything uses the tools. */
  constructor(host: () => ReaderToolsHost, onLoad: (tools: ReaderTools) => void) {
    this.#host = host;
    this.#onLoad = onLoad;
  }

  /** The tools; undefined until they are loaded. */
  get tools(): ReaderTools | undefined {
    return this.#tools;
  }

  /** Rejects when they cannot be loaded; the next call tries again. */
  load(): Promise<ReaderTools> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = undefined;
      throw error;
    });
    return this.#loading;
  }

  loadWhenIdle(): void {
    const idle = platformIdle();
    if (idle === undefined) this.use();
    else idle(() => this.use(), { timeout: LATEST });
  }

  /** Uses the tools: now if they are loaded, else as soon as they are. */
  use(run: (tools: ReaderTools) => void = () => undefined): void {
    if (this.#tools !== undefined) run(this.#tools);
    else this.load().then(run, (error: unknown) => console.warn(`<${this.#host().element.localName}>: ${ADVICE.noTools}`, error));
  }

  async #load(): Promise<ReaderTools> {
    const { ReaderTools: Loaded } = await import('./tools/reader-tools.ts');
    const tools = (this.#tools = new Loaded(this.#host()));
    this.#onLoad(tools);
    return tools;
  }
}
