import type { Line } from '../../../protocol/line.ts';
import type { LineRun } from '../../../worker/api.ts';
import { isReadable } from '../../terminal/plain-text.ts';
import type { Strings } from '../../strings.ts';
import { HOLD, type PartLoader } from '../../util/part-loader.ts';
import type { Ground } from '../text/ground.ts';
import type { TextKit } from './text-kit.ts';

/** What draws the text of lines, loaded with the first that is more than plain text. */
export class LineText {
  readonly #host: HTMLElement;
  readonly #strings: Strings;
  readonly #parts: PartLoader;
  readonly #onLoaded: (kit: TextKit) => void;
  #kit: TextKit | undefined;
  #loading: Promise<TextKit> | undefined;
  #ground: Ground | undefined;

  /** @param host - In the document, with the font that rows are drawn with. */
  constructor(host: HTMLElement, strings: Strings, parts: PartLoader, onLoaded: (kit: TextKit) => void) {
    this.#host = host;
    this.#strings = strings;
    this.#parts = parts;
    this.#onLoaded = onLoaded;
  }

  /** Undefined until it is loaded: lines are drawn as plain text. */
  get kit(): TextKit | undefined {
    return this.#kit;
  }

  /** Rows drawn at another version are out of date. */
  get version(): number {
    return this.#kit === undefined ? -1 : this.#kit.glyphs.version;
  }

  /** Call when the background changed (with `ground`) or when fonts loaded (without). Returns whether what is drawn is out of date. */
  restyle(ground?: Ground): boolean {
    this.#ground = ground ?? this.#ground;
    return this.#kit?.restyle(ground) ?? false;
  }

  /** Frames wait where lines cannot be read as plain text. */
  read({ lines }: LineRun): void {
    if (this.#kit === undefined && !lines.every(isReadable)) this.request(HOLD.wrong);
  }

  /** As {@link read}, for the unfinished line. */
  readPart(part: Line | null): void {
    if (part !== null && this.#kit === undefined && !isReadable(part)) this.request(HOLD.wrong);
  }

  /** What is drawn is to be drawn again, once this can be done properly; frames wait for that for `hold` ms at most. */
  request(hold = 0): void {
    this.#parts.load(
      'text',
      () => this.load(),
      () => undefined,
      hold,
    );
  }

  load(): Promise<TextKit> {
    return (this.#loading ??= import('./text-kit.ts').then(({ TextKit: Loaded }) => {
      const kit = (this.#kit = new Loaded(this.#host, this.#strings));
      if (this.#ground !== undefined) kit.restyle(this.#ground);
      this.#onLoaded(kit);
      return kit;
    }));
  }
}
