import { html, nothing, type TemplateResult } from 'lit';
import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import { LEVEL, type Level } from '../../../protocol/marks/level.ts';
import type { ToolStrings } from '../strings.ts';
import { moveFocus } from './roving-focus.ts';

/** What can be shown: a level and all above, or everything; with the place of the level among the counts. */
const CHOICES = [
  { name: 'all', level: undefined, at: 0 },
  { name: 'info', level: LEVEL.info, at: 2 },
  { name: 'warnings', level: LEVEL.warn, at: 3 },
  { name: 'errors', level: LEVEL.error, at: 4 },
] as const;

export interface LevelMenuModel {
  /** The least level that is shown; undefined for all. */
  readonly levels: number | undefined;
  readonly strings: ToolStrings;
  readonly counts: LevelCounts | undefined;
  /** Number of lines of the log. */
  readonly lines: number;
  chosen(level: Level | undefined): void;
  /** The menu closes while it has the focus. */
  left(): void;
  closed(): void;
}

/** How many entries, or lines, are shown with a choice; undefined where that is not known. */
function shownWith({ level, at }: (typeof CHOICES)[number], { counts, lines }: LevelMenuModel): number | undefined {
  return level === undefined ? lines : counts?.slice(at).reduce((sum, entries) => sum + entries, 0);
}

export function levelMenuTemplate(model: LevelMenuModel): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    if (event.currentTarget instanceof HTMLElement) moveFocus(event, event.currentTarget, '.item');
  };
  const onBeforeToggle = ({ newState, currentTarget }: ToggleEvent): void => {
    if (newState === 'closed' && currentTarget instanceof HTMLElement && currentTarget.matches(':focus-within')) model.left();
  };
  const onToggle = ({ newState }: ToggleEvent): void => {
    if (newState === 'closed') model.closed();
  };
  const onClick = ({ currentTarget }: Event): void => {
    if (currentTarget instanceof HTMLElement) currentTarget.hidePopover();
  };
  return html`<div
    class="menu level-menu"
    role="menu"
    aria-label=${model.strings.levels.menu}
    popover
    @keydown=${onKey}
    @click=${onClick}
    @toggle=${onToggle}
    @beforetoggle=${onBeforeToggle}
  >
    ${CHOICES.map((choice) => {
      const { name, level } = choice;
      const entries = shownWith(choice, model);
      return html`<button
        type="button"
        class="item"
        role="menuitemradio"
        aria-checked=${level === model.levels}
        tabindex="-1"
        @click=${() => model.chosen(level)}
      >
        ${model.strings.levels[name]}${entries === undefined ? nothing : html`<span class="entries">${model.strings.levels.entries(entries)}</span>`}
      </button>`;
    })}
  </div>`;
}
