import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { NotifyMode, ToolbarMode } from '../../attributes.ts';
import type { TimeMode } from '../../util/time.ts';
import type { LevelCounts } from '../../../protocol/answers/answers.ts';
import { levelButtons } from '../levels/level-buttons.ts';
import type { ToolActions } from '../actions.ts';
import { ICONS } from './icons.ts';
import { TOOL_STRINGS } from '../strings.ts';
import { moveFocus, placeMenu, setTabStop } from './roving-focus.ts';

export interface ToolsModel {
  readonly toolbar: ToolbarMode;
  /** Undefined once the log is complete: there is nothing to follow. */
  readonly following: boolean | undefined;
  readonly wrap: boolean;
  readonly time: TimeMode;
  readonly notify: NotifyMode;
  /** Lines that arrived and have not been seen. */
  readonly unseen: number;
}

interface Action {
  readonly name: keyof ToolActions;
  readonly icon: SVGTemplateResult;
  readonly label: string;
  readonly pressed?: boolean | undefined;
  /** For a menu item that is on or off. */
  readonly isChecked?: boolean;
  /** Has its name beside its icon, and stays in a compact toolbar. */
  readonly isEssential?: boolean;
}

/** The buttons of the toolbar, the most important ones first: those for which there is no room are in the menu alone. */
function actionsOf({ following, wrap, time }: ToolsModel): Action[] {
  const actions: Action[] = [
    { name: 'error', icon: ICONS.error, label: TOOL_STRINGS.error },
    { name: 'find', icon: ICONS.find, label: TOOL_STRINGS.find },
    { name: 'wrap', icon: ICONS.wrap, label: TOOL_STRINGS.wrap, pressed: wrap },
    { name: 'copy', icon: ICONS.copy, label: TOOL_STRINGS.copy },
    { name: 'download', icon: ICONS.download, label: TOOL_STRINGS.download },
    { name: 'time', icon: ICONS.time, label: TOOL_STRINGS.time[time], pressed: time !== 'none' },
    { name: 'start', icon: ICONS.start, label: TOOL_STRINGS.start },
    { name: 'end', icon: ICONS.end, label: TOOL_STRINGS.end },
  ];
  if (following !== undefined)
    actions.splice(2, 0, { name: 'follow', icon: ICONS.follow, label: TOOL_STRINGS.follow, pressed: following, isEssential: true });
  return actions;
}

/** What only the menu has. */
function menuOnly({ following, notify }: ToolsModel): Action[] {
  const items: Action[] = [
    { name: 'levels', icon: ICONS.levels, label: TOOL_STRINGS.levels.item },
    { name: 'goToLine', icon: ICONS.goTo, label: TOOL_STRINGS.goToItem },
    { name: 'copyLink', icon: ICONS.link, label: TOOL_STRINGS.copyLink },
    { name: 'copyMarkdown', icon: ICONS.markdown, label: TOOL_STRINGS.copyMarkdown },
    { name: 'help', icon: ICONS.help, label: TOOL_STRINGS.helpItem },
  ];
  // Of a complete log there is nothing more to tell.
  if (following !== undefined)
    items.splice(4, 0, { name: 'notify', icon: ICONS.bell, label: TOOL_STRINGS.tellMe, isChecked: notify !== 'off' });
  return items;
}

function iconButton({ name, icon, label, pressed, isEssential }: Action, actions: ToolActions): TemplateResult {
  return html`<button
    type="button"
    class=${isEssential ? 'icon named' : 'icon wide'}
    data-action=${name}
    data-tip=${label}
    aria-label=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${() => actions[name]()}
  >
    ${icon}${isEssential ? html`<span class="name">${TOOL_STRINGS.followShort}</span>` : nothing}
  </button>`;
}

function menuItem({ name, icon, label, isChecked }: Action, actions: ToolActions): TemplateResult {
  return html`<button
    type="button"
    class="item"
    role=${isChecked === undefined ? 'menuitem' : 'menuitemcheckbox'}
    aria-checked=${isChecked ?? nothing}
    tabindex="-1"
    @click=${() => actions[name]()}
  >
    ${icon}${label}
  </button>`;
}

/** The element whose listener is handling the event. */
const listenerOf = ({ currentTarget }: Event): HTMLElement | undefined =>
  currentTarget instanceof HTMLElement ? currentTarget : undefined;

/** The button that opens a menu, in the toolbar before it. */
const openerOf = (menu: HTMLElement): HTMLElement | null | undefined =>
  menu.previousElementSibling?.querySelector<HTMLElement>('.more-actions');

const onToolbarKey = (event: KeyboardEvent): void => {
  const toolbar = listenerOf(event);
  if (toolbar !== undefined) moveFocus(event, toolbar, '.icon');
};
const onToolbarFocus = (event: FocusEvent): void => {
  const toolbar = listenerOf(event);
  if (toolbar !== undefined) setTabStop(toolbar, event.target);
};
const onMenuKey = (event: KeyboardEvent): void => {
  const menu = listenerOf(event);
  if (menu !== undefined) moveFocus(event, menu, '.item');
};
const onMenuClick = (event: Event): void => listenerOf(event)?.hidePopover();
const onMenuToggle = (event: ToggleEvent): void => {
  const menu = listenerOf(event);
  const more = menu && openerOf(menu);
  if (menu !== undefined && more && event.newState === 'open') placeMenu(menu, more);
};
const onMenuBeforeToggle = (event: ToggleEvent): void => {
  const menu = listenerOf(event);
  if (event.newState === 'closed' && menu?.matches(':focus-within')) openerOf(menu)?.focus();
};

/** `counts`: the entries of the log by level, where they are known. */
export function toolbarTemplate(model: ToolsModel, actions: ToolActions, counts: LevelCounts | undefined): TemplateResult {
  const all = actionsOf(model);
  // Where errors are counted, the button with their number goes to them.
  const buttons = counts === undefined ? all : all.filter(({ name }) => name !== 'error');
  const { toolbar } = model;
  return html`<div
      class="toolbar ${toolbar}"
      part="toolbar"
      role="toolbar"
      aria-label=${TOOL_STRINGS.toolbar}
      ?hidden=${toolbar === 'none'}
      @keydown=${onToolbarKey}
      @focusin=${onToolbarFocus}
    >
      ${counts === undefined ? nothing : levelButtons(counts, actions)}
      ${repeat(
        buttons,
        ({ name }) => name,
        (action) => iconButton(action, actions),
      )}
      <button
        type="button"
        class="icon more-actions"
        data-tip=${TOOL_STRINGS.menu}
        aria-label=${TOOL_STRINGS.menu}
        aria-haspopup="menu"
        popovertarget="menu"
      >
        ${ICONS.more}
      </button>
    </div>
    <div
      class="menu"
      id="menu"
      role="menu"
      aria-label=${TOOL_STRINGS.menu}
      popover
      @keydown=${onMenuKey}
      @click=${onMenuClick}
      @toggle=${onMenuToggle}
      @beforetoggle=${onMenuBeforeToggle}
    >
      ${[...all.filter((action) => !action.isEssential), ...menuOnly(model)].map((action) => menuItem(action, actions))}
    </div>`;
}
