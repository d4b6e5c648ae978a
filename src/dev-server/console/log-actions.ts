import { html, nothing, type TemplateResult } from 'lit/html.js';
import { address } from './address.ts';
import { commandToCopy, isRunning, type Entry } from './entry.ts';
import { icon, type IconName } from './icons.ts';
import { tip } from './tooltip.ts';

/** What the server is asked to do with a job. */
export type JobRequest = 'stop' | 'restart' | 'edit';

export interface LogActionsModel {
  readonly entry: Entry;
  readonly isRunAllowed: boolean;
  /** What the server has not answered yet. */
  readonly busy: ReadonlySet<JobRequest>;
  /** Whether the command was copied just now. */
  readonly isCopied: boolean;
  readonly isTimelineShown: boolean;
}

export interface LogActions {
  stop(): void;
  restart(): void;
  edit(): void;
  copyCommand(): void;
  remove(): void;
  toggleTimeline(): void;
}

/** The controls of a log. On a small screen all but Stop and Restart are in a menu. */
export function actionsTemplate(model: LogActionsModel, actions: LogActions): TemplateResult {
  const { entry, isRunAllowed, busy, isCopied, isTimelineShown } = model;
  const isJob = entry.command !== undefined && isRunAllowed;
  return html`
    ${button('Stop', 'stop', {
      isHidden: !isJob || !isRunning(entry),
      isDisabled: entry.state === 'stopping',
      isBusy: busy.has('stop'),
      onClick: () => actions.stop(),
    })}
    ${button('Restart', 'restart', { isHidden: !isJob, isBusy: busy.has('restart'), onClick: () => actions.restart() })}
    <button type="button" class="button more" aria-label="Log actions" popovertarget="log-actions" ${tip(() => 'Log actions')}>
      ${icon('more')}
    </button>
    <div class="secondary" id="log-actions" popover role="group" aria-label="Log actions" @click=${closeMenu}>
      ${button('Edit', 'edit', { isHidden: !isJob, onClick: () => actions.edit() })}
      ${button(isCopied ? 'Copied' : 'Copy command', isCopied ? 'check' : 'copy', {
        isHidden: commandToCopy(entry) === undefined,
        onClick: () => actions.copyCommand(),
      })}
      <a
        class="button"
        target="_blank"
        rel="noopener"
        aria-label="Open in a new tab"
        href=${address(entry.channel, { solo: true })}
        ${tip(hiddenLabel)}
        >${icon('open')}<span>Open in a new tab</span></a
      >
      ${button('Timeline', 'timeline', { isPressed: isTimelineShown, onClick: () => actions.toggleTimeline() })}
      ${button('Remove', 'remove', { isHidden: isRunning(entry), onClick: () => actions.remove() })}
    </div>
  `;
}

interface ButtonOptions {
  readonly onClick: () => void;
  readonly isHidden?: boolean;
  /** Shown as disabled, but not really: it would lose the focus. */
  readonly isDisabled?: boolean;
  readonly isBusy?: boolean;
  /** For a button that is on or off. */
  readonly isPressed?: boolean;
}

/** A button with an icon, whose class is the icon's name, and a label that may be hidden. */
export function button(
  label: string,
  name: IconName,
  { onClick, isHidden = false, isDisabled = false, isBusy = false, isPressed }: ButtonOptions,
): TemplateResult {
  return html`<button
    type="button"
    class="button ${name}"
    aria-label=${label}
    aria-disabled=${isDisabled ? 'true' : nothing}
    aria-busy=${isBusy ? 'true' : nothing}
    aria-pressed=${isPressed ?? nothing}
    ?hidden=${isHidden}
    @click=${onClick}
    ${tip(hiddenLabel)}
  >
    ${icon(name)}<span>${label}</span>
  </button>`;
}

/** The label of a control, where only its icon is shown. */
function hiddenLabel(control: Element): string | undefined {
  return control.querySelector('span')?.checkVisibility() === true ? undefined : (control.ariaLabel ?? undefined);
}

/** Each item does its work and closes the menu, where there is one. */
function closeMenu({ currentTarget }: Event): void {
  if (currentTarget instanceof HTMLElement && currentTarget.matches(':popover-open')) currentTarget.hidePopover();
}
