import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { isComposed } from '../../element/util/keys.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { address } from './address.ts';
import { restartJob, stopJob } from './api.ts';
import { factsText, isRunning, nameOf, stateText, statusOfEntry, type Entry } from './entry.ts';
import { icon, type IconName } from './icons.ts';
import { statusMark } from './status-mark.ts';
import { tip } from './tooltip.ts';
import { Viewer } from './viewer.ts';

export interface LogPaneOptions {
  /** Called with the channel of the new log when a job was started again. */
  readonly onStarted: (channel: string) => void;
  /** Back to the list, on a screen with room for only one of both. */
  readonly onBack: () => void;
}

/** What is shown: a log of the list, as of a moment. */
interface Shown {
  readonly entry: Entry;
  readonly isRunAllowed: boolean;
  readonly now: number;
}

/** What the pane waits for the server to do. */
type Action = 'stop' | 'restart' | 'edit';

/** The chosen log: its title, the controls of its job, and the viewer. */
export class LogPane {
  readonly element = document.createElement('section');
  readonly #options: LogPaneOptions;
  readonly #viewer = new Viewer();
  readonly #name = createRef<HTMLElement>();
  readonly #command = createRef<HTMLInputElement>();
  readonly #edit = createRef<HTMLElement>();
  readonly #busy = new Set<Action>();
  #shown: Shown | undefined;
  #isEditing = false;
  #problem: string | undefined;

  constructor(options: LogPaneOptions) {
    this.#options = options;
    this.element.className = 'pane';
    this.element.ariaLabel = 'Log';
  }

  show(entry: Entry, isRunAllowed: boolean, now: number): void {
    if (entry.channel !== this.#shown?.entry.channel) {
      this.#problem = undefined;
      this.#endEdit();
    }
    this.#shown = { entry, isRunAllowed, now };
    const { activeElement } = document;
    this.#render();
    this.#viewer.show({
      channel: entry.channel,
      label: nameOf(entry),
      isTitled: false,
      isUnwritten: statusOfEntry(entry) === 'unwritten',
    });
    // The control that had the focus, such as Stop, was hidden: the next one gets it, not the page.
    const actions = this.element.querySelector('.actions');
    if (activeElement instanceof HTMLElement && activeElement.hidden && actions?.contains(activeElement) === true)
      actions.querySelector<HTMLElement>('.restart:not([hidden]), a')?.focus();
  }

  focus(): void {
    this.#name.value?.focus();
  }

  /** Tries now what it would try in a moment. */
  retryNow(): void {
    this.#viewer.retryNow();
  }

  #render(): void {
    if (this.#shown === undefined) return;
    const { entry, isRunAllowed, now } = this.#shown;
    const isJob = entry.command !== undefined && isRunAllowed;
    this.element.toggleAttribute('data-editing', this.#isEditing);
    render(
      html`
        <header>
          ${button('All logs', 'back', { onClick: () => this.#options.onBack() })}
          <div class="title" ?hidden=${this.#isEditing}>
            ${statusMark(entry)}
            <h1 tabindex="-1" ${ref(this.#name)} ${tip(() => entry.channel)}>${nameOf(entry)}</h1>
            <p class="facts">${stateText(entry)} · ${factsText(entry, now)}</p>
          </div>
          ${this.#editor()}
          <div class="actions">
            ${button('Stop', 'stop', {
              isHidden: !isJob || !isRunning(entry),
              isDisabled: entry.state === 'stopping',
              isBusy: this.#busy.has('stop'),
              onClick: () => void this.#act('stop', stopJob),
            })}
            ${button('Restart', 'restart', {
              isHidden: !isJob,
              isBusy: this.#busy.has('restart'),
              onClick: () => void this.#act('restart', (channel) => this.#runAgain(channel)),
            })}
            ${button('Edit', 'edit', { isHidden: !isJob, onClick: () => this.#beginEdit() }, this.#edit)}
            <a
              class="button"
              target="_blank"
              rel="noopener"
              aria-label="Open in a new tab"
              href=${address(entry.channel, { solo: true })}
              ${tip(hiddenLabel)}
              >${icon('open')}<span>Open in a new tab</span></a
            >
          </div>
          <p class="problem" role="alert" ?hidden=${this.#problem === undefined}>${this.#problem}</p>
        </header>
        ${this.#viewer.element}
      `,
      this.element,
    );
  }

  #editor(): TemplateResult {
    return html`
      <form
        class="editor"
        ?hidden=${!this.#isEditing}
        aria-busy=${this.#busy.has('edit') ? 'true' : nothing}
        @submit=${(event: Event) => this.#submitEdit(event)}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key === 'Escape' && !isComposed(event)) this.#endEdit();
        }}
      >
        <input
          ${ref(this.#command)}
          type="text"
          aria-label="Command"
          autocomplete="off"
          autocapitalize="off"
          spellcheck="false"
          maxlength="8192"
        />
        <button type="submit" class="run">${icon('play')}<span>Run</span></button>
        <button type="button" class="button" @click=${() => this.#endEdit()}>Cancel</button>
      </form>
    `;
  }

  async #runAgain(channel: string, command?: string): Promise<void> {
    this.#options.onStarted(await restartJob(channel, command));
  }

  /** Has the server do something, once at a time, and shows why it did not. */
  async #act(action: Action, request: (channel: string) => Promise<void>): Promise<void> {
    const entry = this.#shown?.entry;
    if (entry === undefined || this.#busy.has(action) || (action === 'stop' && entry.state === 'stopping')) return;
    this.#busy.add(action);
    this.#render();
    try {
      await request(entry.channel);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
    } finally {
      this.#busy.delete(action);
      this.#render();
    }
  }

  #submitEdit(event: Event): void {
    event.preventDefault();
    void this.#act('edit', async (channel) => {
      await this.#runAgain(channel, this.#command.value?.value ?? '');
      this.#endEdit();
    });
  }

  #beginEdit(): void {
    this.#isEditing = true;
    this.#render();
    const input = this.#command.value;
    if (input === undefined) return;
    input.value = this.#shown?.entry.command ?? '';
    input.focus();
    input.select();
  }

  #endEdit(): void {
    if (!this.#isEditing) return;
    const hadFocus = this.element.querySelector('.editor')?.contains(document.activeElement) === true;
    this.#isEditing = false;
    this.#render();
    if (hadFocus) this.#edit.value?.focus();
  }
}

interface ButtonOptions {
  readonly onClick: () => void;
  readonly isHidden?: boolean;
  /** Shown as disabled, but not really: it would lose the focus. */
  readonly isDisabled?: boolean;
  readonly isBusy?: boolean;
}

function button(
  label: string,
  name: IconName,
  { onClick, isHidden = false, isDisabled = false, isBusy = false }: ButtonOptions,
  element = createRef<HTMLElement>(),
): TemplateResult {
  return html`<button
    ${ref(element)}
    type="button"
    class="button ${name}"
    aria-label=${label}
    aria-disabled=${isDisabled ? 'true' : nothing}
    aria-busy=${isBusy ? 'true' : nothing}
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
