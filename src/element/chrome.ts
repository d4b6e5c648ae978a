import { html, nothing, type SVGTemplateResult, type TemplateResult } from 'lit';
import type { ToolbarMode } from './attributes.ts';
import { ICONS, SHAPES } from './icons.ts';
import type { Notice } from './state-rows.ts';
import type { Chip } from './status.ts';
import { STRINGS, duration } from './strings.ts';
import type { TimeMode } from './time.ts';

/** What the reader can do from the header, the pill and the notices. */
export interface ChromeActions {
  follow(): void;
  time(): void;
  copy(): void;
  download(): void;
  start(): void;
  end(): void;
  retry(): void;
}

export interface ChromeModel {
  readonly title: string;
  readonly chip: Chip;
  readonly lines: number;
  /** From the first to the last line, ms. */
  readonly elapsed: number | undefined;
  readonly toolbar: ToolbarMode;
  /** Undefined where there is nothing to follow: the log is complete. */
  readonly following: boolean | undefined;
  readonly time: TimeMode;
  readonly progress: number | undefined;
  readonly notice: Notice | undefined;
  readonly unseen: number;
  readonly toast: string;
}

interface Action {
  readonly name: keyof ChromeActions;
  readonly icon: SVGTemplateResult;
  readonly label: string;
  readonly pressed?: boolean | undefined;
  /** Stays in the bar where there is little room. */
  readonly always?: boolean;
}

function actionsOf({ following, time }: ChromeModel): Action[] {
  const actions: Action[] = [
    { name: 'time', icon: ICONS.time, label: STRINGS.time[time], pressed: time !== 'none' },
    { name: 'copy', icon: ICONS.copy, label: STRINGS.copy },
    { name: 'download', icon: ICONS.download, label: STRINGS.download },
    { name: 'start', icon: ICONS.start, label: STRINGS.start },
    { name: 'end', icon: ICONS.end, label: STRINGS.end },
  ];
  if (following !== undefined)
    actions.unshift({ name: 'follow', icon: ICONS.follow, label: STRINGS.follow, pressed: following, always: true });
  return actions;
}

function iconButton({ name, icon, label, pressed, always }: Action, actions: ChromeActions): TemplateResult {
  return html`<button
    type="button"
    class=${always ? 'icon named' : 'icon wide'}
    data-action=${name}
    data-tip=${label}
    aria-label=${label}
    aria-pressed=${pressed ?? nothing}
    @click=${() => actions[name]()}
  >
    ${icon}${always ? html`<span class="name">${STRINGS.followShort}</span>` : nothing}
  </button>`;
}

function menuItem({ name, icon, label }: Action, actions: ChromeActions): TemplateResult {
  return html`<button type="button" class="item" role="menuitem" tabindex="-1" @click=${() => actions[name]()}>${icon}${label}</button>`;
}

function counts({ lines, elapsed }: ChromeModel): TemplateResult {
  return html`${STRINGS.lines(lines)}${elapsed === undefined ? nothing : html`<span class="span"> · ${duration(elapsed)}</span>`}`;
}

export function headerTemplate(model: ChromeModel, actions: ChromeActions): TemplateResult {
  const { chip, title, toolbar, progress } = model;
  const all = actionsOf(model);
  return html`<div class="header" part="header">
    <div class="info">
      <span class="status ${chip.tone}" part="status" id="status" data-tip=${chip.hint}
        >${SHAPES[chip.shape]}<span>${chip.label}</span></span
      >
      <div class="meta">
        <span class="title" part="title" title=${title}><slot name="title">${title}</slot></span>
        <span class="counts" part="counts" ?hidden=${model.lines === 0}>${counts(model)}</span>
      </div>
    </div>
    <slot name="actions"></slot>
    <div class="toolbar ${toolbar}" part="toolbar" role="toolbar" aria-label=${STRINGS.toolbar} ?hidden=${toolbar === 'none'}>
      ${all.map((action) => iconButton(action, actions))}
      <button
        type="button"
        class="icon more-actions"
        data-tip=${STRINGS.menu}
        aria-label=${STRINGS.menu}
        aria-haspopup="menu"
        popovertarget="menu"
      >
        ${ICONS.more}
      </button>
    </div>
    <div class="menu" id="menu" role="menu" aria-label=${STRINGS.menu} popover>
      ${all.filter((action) => !action.always).map((action) => menuItem(action, actions))}
    </div>
    <progress
      class="hairline"
      max="1"
      aria-label=${STRINGS.state['catching-up']}
      .value=${progress ?? 0}
      ?hidden=${progress === undefined}
    ></progress>
  </div>`;
}

const BARS = Array.from({ length: 8 }, () => html`<i></i>`);

/** What stands in place of the lines where there are none. */
function noticeTemplate({ notice, chip }: ChromeModel, actions: ChromeActions): TemplateResult {
  const kind = notice?.kind ?? '';
  const bad = kind === 'problem';
  return html`<div class="notice skeleton" aria-hidden="true" ?hidden=${kind !== 'skeleton'}>${BARS}</div>
    <div class="notice ${kind}" part="notice" ?hidden=${notice === undefined || kind === 'skeleton'}>
      <span class="mark ${chip.tone}" ?hidden=${!bad}>${SHAPES[chip.shape]}</span>
      <span ?hidden=${bad}><slot name="empty">${notice?.text}</slot></span>
      <span ?hidden=${!bad}><slot name="error">${notice?.text}</slot></span>
      <button type="button" class="button" ?hidden=${notice?.action === undefined} @click=${() => actions.retry()}>
        ${notice?.action}
      </button>
    </div>`;
}

export function bodyTemplate(model: ChromeModel, scroller: HTMLElement, actions: ChromeActions): TemplateResult {
  const { unseen, toast } = model;
  return html`<div class="body">
    ${scroller}${noticeTemplate(model, actions)}
    <button type="button" class="pill" part="pill" aria-label=${STRINGS.pill(unseen)} ?hidden=${unseen === 0} @click=${() => actions.end()}>
      ↓ ${STRINGS.newLines(unseen)}
    </button>
    <div class="toast" part="toast" aria-hidden="true" ?hidden=${toast === ''}>${toast}</div>
  </div>`;
}
