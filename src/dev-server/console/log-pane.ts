import { html, nothing, render, type TemplateResult } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { isComposed } from '../../element/util/keys.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { restartJob, stopJob } from './api.ts';
import { commandToCopy, nameOf, statusOfEntry, type Entry } from './entry.ts';
import { icon } from './icons.ts';
import { actionsTemplate, button, type JobRequest, type LogActions } from './log-actions.ts';
import { isSwitchedOn, switchOn } from './switches.ts';
import { Timeline } from './timeline/timeline.ts';
import { Viewer } from './viewer.ts';

/** Whether the timeline is shown. */
const TIMELINE = 'timeline';
/** ms for which a button says that it copied something. */
const COPIED_TIME = 2_000;

export interface LogPaneOptions {
  /** Called with the channel of the new log when a job was started again. */
  readonly onStarted: (channel: string) => void;
  /** Back to the list, on a screen with room for only one of both. */
  readonly onBack: () => void;
  readonly onRemove: (entry: Entry) => void;
}

/** A log of the list, as of a moment. */
export interface ShownLog {
  readonly entry: Entry;
  /** Which run of its command it is, as `#3`, where there are several. */
  readonly runNumber: string | undefined;
  readonly isRunAllowed: boolean;
}

/** The chosen log: the viewer, whose header holds the title and the controls of the log. */
export class LogPane {
  readonly element = document.createElement('section');
  readonly #options: LogPaneOptions;
  readonly #title = slotted('title');
  readonly #controls = slotted('actions');
  readonly #viewer = new Viewer([this.#title, this.#controls], () => this.#showTimeline());
  readonly #timeline = new Timeline({
    onTime: (time) => this.#viewer.goTo(time),
    onLines: (lines) => this.#viewer.select(lines),
  });
  readonly #name = createRef<HTMLElement>();
  readonly #command = createRef<HTMLInputElement>();
  readonly #busy = new Set<JobRequest>();
  readonly #actions: LogActions = {
    stop: () => void this.#act('stop', stopJob),
    restart: () => void this.#act('restart', (channel) => this.#runAgain(channel)),
    edit: () => this.#beginEdit(),
    copyCommand: () => void this.#copyCommand(),
    remove: () => this.#remove(),
    toggleTimeline: () => this.#toggleTimeline(),
  };
  #shown: ShownLog | undefined;
  #isTimelineShown = isSwitchedOn(TIMELINE);
  #isEditing = false;
  #copiedTimer: number | undefined;
  #problem: string | undefined;

  constructor(options: LogPaneOptions) {
    this.#options = options;
    this.element.className = 'pane';
    this.element.ariaLabel = 'Log';
    this.#viewer.element.addEventListener('log-stream-select', ({ detail }) => this.#timeline.linesSelected(detail.range));
  }

  show(shown: ShownLog): void {
    const { entry } = shown;
    if (entry.channel !== this.#shown?.entry.channel) {
      this.#problem = undefined;
      this.#endCopied();
      this.#endEdit();
    }
    this.#shown = shown;
    const { activeElement } = document;
    this.#render();
    this.#viewer.show({ channel: entry.channel, label: nameOf(entry), isUnwritten: statusOfEntry(entry) === 'unwritten' });
    this.#showTimeline();
    // The control that had the focus, such as Stop, was hidden: the next one gets it, not the page.
    if (activeElement instanceof HTMLElement && activeElement.hidden && this.#controls.contains(activeElement)) this.#focusControl();
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
    const { entry, runNumber, isRunAllowed } = this.#shown;
    render(
      html`${button('All logs', 'back', { onClick: () => this.#options.onBack() })}
        <h1 tabindex="-1" ${ref(this.#name)}>${nameOf(entry)}</h1>
        ${runNumber === undefined ? nothing : html`<span class="run-number">${runNumber}</span>`}`,
      this.#title,
    );
    const isCopied = this.#copiedTimer !== undefined;
    render(
      actionsTemplate({ entry, isRunAllowed, busy: this.#busy, isCopied, isTimelineShown: this.#isTimelineShown }, this.#actions),
      this.#controls,
    );
    render(
      html`${this.#viewer.element}${this.#timeline.element}${this.#editor()}
        <p class="problem" role="alert" ?hidden=${this.#problem === undefined}>${this.#problem}</p>
        <p class="spoken" role="status">${isCopied ? 'Command copied' : nothing}</p>`,
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

  /** Shows the lines over time, once the log has a topic. */
  #showTimeline(): void {
    const { topic } = this.#viewer;
    const entry = this.#shown?.entry;
    const log = topic === undefined || entry === undefined ? undefined : { ...entry, topic, head: entry.lines };
    this.#timeline.show(log, this.#isTimelineShown);
  }

  #toggleTimeline(): void {
    this.#isTimelineShown = !this.#isTimelineShown;
    switchOn(TIMELINE, this.#isTimelineShown);
    this.#render();
    this.#showTimeline();
  }

  async #runAgain(channel: string, command?: string): Promise<void> {
    this.#options.onStarted(await restartJob(channel, command));
  }

  /** Has the server do something, once at a time, and shows why it did not. */
  async #act(name: JobRequest, request: (channel: string) => Promise<void>): Promise<void> {
    const entry = this.#shown?.entry;
    if (entry === undefined || this.#busy.has(name) || (name === 'stop' && entry.state === 'stopping')) return;
    this.#busy.add(name);
    this.#render();
    try {
      await request(entry.channel);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
    } finally {
      this.#busy.delete(name);
      this.#render();
    }
  }

  async #copyCommand(): Promise<void> {
    const command = this.#shown && commandToCopy(this.#shown.entry);
    if (command === undefined) return;
    try {
      await navigator.clipboard.writeText(command);
      clearTimeout(this.#copiedTimer);
      this.#copiedTimer = setTimeout(() => {
        this.#endCopied();
        this.#render();
      }, COPIED_TIME);
      this.#problem = undefined;
    } catch {
      this.#problem = "The browser didn't allow copying.";
    }
    this.#render();
  }

  #endCopied(): void {
    clearTimeout(this.#copiedTimer);
    this.#copiedTimer = undefined;
  }

  /** The focus leaves the button, which is that of another log now. */
  #remove(): void {
    const entry = this.#shown?.entry;
    if (entry === undefined) return;
    this.#options.onRemove(entry);
    if (this.element.checkVisibility()) this.focus();
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
    if (hadFocus) this.#focusControl('.edit');
  }

  /** Focuses a control, or the first one that is shown. */
  #focusControl(preferred = '.restart'): void {
    const controls = [...this.#controls.querySelectorAll<HTMLElement>('button, a')].filter((control) => control.checkVisibility());
    (
      controls.find((control) => control.matches(preferred)) ??
      controls.find((control) => control.matches('.more')) ??
      controls[0]
    )?.focus();
  }
}

/** What goes into a slot of the viewer. */
function slotted(slot: 'title' | 'actions'): HTMLElement {
  const element = document.createElement('div');
  element.slot = element.className = slot;
  return element;
}
