import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { NotifyMode, TextSize, ToolbarMode } from '../../attributes.ts';
import type { TimeMode } from '../../util/time.ts';
import { ERRORS } from '../entries/entry-kind.ts';
import { levelButtons, type KnownCounts } from '../levels/level-buttons.ts';
import type { ToolActions } from '../actions.ts';
import { ICONS } from './icons.ts';
import type { ToolStrings } from '../strings.ts';
import { sizeItems } from './size-items.ts';
import { moveFocus, placeMenu, setTabStop } from './roving-focus.ts';

export interface ToolsModel {
  readonly toolbar: ToolbarMode;
  /** Undefined once the log is complete: there is nothing to follow. */
  readonly following: boolean | undefined;
  readonly wrap: boolean;
  readonly time: TimeMode;
  readonly size: TextSize;
  readonly notify: NotifyMode;
}

/** What the toolbar shows besides. */
export interface ToolbarContent {
  /** The entries of the log by level, where they are known. */
  readonly known: KnownCounts | undefined;
  /** Whether the reader may have them counted. */
  readonly isCountable: boolean;
  readonly strings: ToolStrings;
}

interface Action {
  readonly name: Exclude<keyof ToolActions, 'size'>;
  readonly icon: SVGTemplateResult;
  readonly label: string;
  readonly pressed?: boolean | undefined;
  /** For a menu item that is on or off. */
  readonly isChecked?: boolean;
  /** Has its name beside its icon, and stays in a compact toolbar. */
  readonly isEssential?: boolean;
}

/** The buttons of the toolbar, the most important ones first: those for which there is no room are in the menu alone. */
function actionsOf({ following, wrap, time }: ToolsModel, strings: ToolStrings): Action[] {
  const actions: Action[] = [
    { name: 'error', icon: ICONS.error, label: strings.error },
    { name: 'find', icon: ICONS.find, label: strings.find },
    { name: 'wrap', icon: ICONS.wrap, label: strings.wrap, pressed: wrap },
    { name: 'copy', icon: ICONS.copy, label: strings.copy },
    { name: 'download', icon: ICONS.download, label: strings.download },
    { name: 'time', icon: ICONS.time, label: strings.time[time], pressed: time !== 'none' },
    { name: 'start', icon: ICONS.start, label: strings.start },
    { name: 'end', icon: ICONS.end, label: strings.end },
  ];
  if (following !== undefined)
    actions.splice(2, 0, { name: 'follow', icon: ICONS.follow, label: strings.follow, pressed: following, isEssential: true });
  return actions;
}

/** What only the menu has. */
function menuOnly({ following, notify }: ToolsModel, { isCountable, strings }: ToolbarContent): Action[] {
  const items: Action[] = [
    { name: 'levels', icon: ICONS.levels, label: strings.levels.item },
    { name: 'goToLine', icon: ICONS.goTo, label: strings.goToItem },
    { name: 'copyLink', icon: ICONS.link, label: strings.copyLink },
    { name: 'copyMarkdown', icon: ICONS.markdown, label: strings.copyMarkdown },
    { name: 'help', icon: ICONS.help, label: strings.helpItem },
  ];
  if (isCountable) items.unshift({ name: 'count', icon: ICONS.error, label: strings.countEntries });
  // Of a complete log there is nothing more to tell.
  if (following !== undefined)
    items.splice(-1, 0, { name: 'notify', icon: ICONS.bell, label: strings.tellMe, isChecked: notify !== 'off' });
  return items;
}

function iconButton({ name, icon, label, pressed, isEssential }: Action, actions: ToolActions, strings: ToolStrings): TemplateResult {
  return html`<button
    type="button"
    class=${isEssential ? 'icon named' : 'icon wide'}
    data-action=${name}
    data-tip=${label}
    aria-label=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${() => actions[name]()}
  >
    ${icon}${isEssential ? html`<span class="name">${strings.followShort}</span>` : nothing}
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
    ${icon}<span class="label" dir="auto">${label}</span>
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

export function toolbarTemplate(model: ToolsModel, actions: ToolActions, content: ToolbarContent): TemplateResult {
  const { known, strings } = content;
  const all = actionsOf(model, strings);
  // Where errors are counted, the button with their number goes to them.
  const isCounted = known !== undefined && (!known.isPartial || ERRORS.in(known.counts) > 0);
  const buttons = isCounted ? all.filter(({ name }) => name !== 'error') : all;
  const { toolbar } = model;
  return html`<div
      class="toolbar ${toolbar}"
      part="toolbar"
      role="toolbar"
      aria-label=${strings.toolbar}
      ?hidden=${toolbar === 'none'}
      @keydown=${onToolbarKey}
      @focusin=${onToolbarFocus}
    >
      ${known === undefined ? nothing : levelButtons(known, actions, strings)}
      ${repeat(
        buttons,
        ({ name }) => name,
        (action) => iconButton(action, actions, strings),
      )}
      <button
        type="button"
        class="icon more-actions"
        data-tip=${strings.menu}
        aria-label=${strings.menu}
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
      aria-label=${strings.menu}
      popover
      @keydown=${onMenuKey}
      @click=${onMenuClick}
      @toggle=${onMenuToggle}
      @beforetoggle=${onMenuBeforeToggle}
    >
      ${[...all.filter((action) => !action.isEssential), ...menuOnly(model, content)].map((action) => menuItem(action, actions))}
      ${sizeItems(model.size, actions, strings)}
    </div>`;
}
