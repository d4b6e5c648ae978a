import type { FindLoader } from './find-loader.ts';

/** Which levels are shown. */
export class LevelFilter {
  readonly #find: FindLoader;
  #levels: number | undefined;

  constructor(find: FindLoader) {
    this.#find = find;
  }

  /** The least level of the lines that are shown, as a SeverityNumber (13 warnings, 17 errors); undefined while lines of all levels are. */
  get levels(): number | undefined {
    const { finder } = this.#find;
    return finder === undefined ? this.#levels : finder.filter?.level;
  }

  set levels(level: number | undefined) {
    this.#levels = level;
    if (level !== undefined || this.#find.finder !== undefined) this.#find.use((finder) => finder.showLevel(level));
  }
}
