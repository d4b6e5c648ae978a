import type { TemplateResult } from 'lit';
import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import type { Level } from '../../../protocol/marks/level.ts';
import type { LogStreamAttributes } from '../../attributes.ts';
import type { Range } from '../../../worker/api.ts';
import type { ToolStrings } from '../strings.ts';
import type { levelMenuTemplate } from './level-menu-template.ts';
import { placeMenu } from './roving-focus.ts';

export interface LevelMenuHost {
  readonly element: LogStreamAttributes;
  readonly strings: ToolStrings;
  /** Which levels are shown. */
  readonly filter: { get levels(): number | undefined; set levels(level: Level | undefined) };
  /** Entries by level; undefined where they are not known. */
  counts(): LevelCounts | undefined;
  /** The first and the last line of the log. */
  lines(): Range;
}

/** The menu that shows only lines of some levels. Loaded when it is first opened. */
export class LevelMenu {
  readonly #host: LevelMenuHost;
  #template: typeof levelMenuTemplate | undefined;
  #opener: HTMLElement | undefined;

  constructor(host: LevelMenuHost) {
    this.#host = host;
  }

  /** Opens it below a button, which gets the focus when it is closed; by default below that of the other menu. */
  async open(opener?: HTMLElement): Promise<void> {
    const { element } = this.#host;
    this.#template ??= (await import('./level-menu-template.ts')).levelMenuTemplate;
    this.#opener = opener ?? element.renderRoot.querySelector<HTMLElement>('.more-actions') ?? undefined;
    element.requestUpdate();
    await element.updateComplete;
    const menu = element.renderRoot.querySelector<HTMLElement>('.level-menu');
    if (menu === null || this.#opener === undefined) return;
    menu.showPopover();
    placeMenu(menu, this.#opener);
    menu.querySelector<HTMLElement>('[aria-checked="true"]')?.focus();
  }

  template(): TemplateResult | undefined {
    if (this.#opener === undefined) return undefined;
    const { filter, strings, counts, lines, element } = this.#host;
    const { from, to } = lines();
    return this.#template?.({
      levels: filter.levels,
      strings,
      counts: counts(),
      lines: Math.max(0, to - from + 1),
      chosen: (level) => (filter.levels = level),
      left: () => this.#opener?.focus(),
      closed: () => {
        this.#opener = undefined;
        element.requestUpdate();
      },
    });
  }
}
