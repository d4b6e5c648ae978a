import { isComposed } from '../../element/tools/keyboard/composing.ts';
import { address } from './address.ts';
import { restartJob, stopJob } from './api.ts';
import { h, icon, setText } from './dom.ts';
import { factsText, isRunning, nameOf, stateText, type Entry } from './entry.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { ICONS } from './icons.ts';
import { drawState } from './state-mark.ts';
import { addTip } from './tooltip.ts';
import { Viewer } from './viewer.ts';

export interface LogPaneOptions {
  /** A job was started again; its log is this one. */
  readonly onStarted: (channel: string) => void;
  /** Go back to the list, where there is room for one of both only. */
  readonly onBack: () => void;
}

/** The log that is shown, what it is, and what can be done with it. */
export class LogPane {
  readonly element: HTMLElement;
  readonly #viewer = new Viewer();
  readonly #mark = h('span', { class: 'mark', 'aria-hidden': 'true' });
  readonly #name = h('h1', { tabindex: '-1' });
  readonly #facts = h('p', { class: 'facts' });
  readonly #stop = button('Stop', 'stop');
  readonly #restart = button('Restart', 'restart');
  readonly #edit = button('Edit', 'edit');
  readonly #open = h(
    'a',
    { class: 'button', target: '_blank', rel: 'noopener', 'aria-label': 'Open in a new tab' },
    icon(...ICONS.open),
    h('span', {}, 'Open in a new tab'),
  );
  readonly #command = h('input', {
    type: 'text',
    'aria-label': 'Command',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    maxlength: '8192',
  });
  readonly #editor: HTMLFormElement;
  readonly #title: HTMLElement;
  readonly #actions: HTMLElement;
  readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: '' });
  readonly #options: LogPaneOptions;
  #entry: Entry | undefined;

  constructor(options: LogPaneOptions) {
    this.#options = options;
    const back = button('All logs', 'back');
    back.addEventListener('click', () => options.onBack());
    const cancel = h('button', { type: 'button', class: 'button' }, 'Cancel');
    cancel.addEventListener('click', () => this.#endEdit());
    this.#editor = h(
      'form',
      { class: 'editor', hidden: '' },
      this.#command,
      h('button', { type: 'submit', class: 'run' }, icon(...ICONS.play), h('span', {}, 'Run')),
      cancel,
    );
    addTip(this.#open, () => labelOf(this.#open));
    addTip(this.#name, () => this.#entry?.channel);
    this.#title = h('div', { class: 'title' }, this.#mark, this.#name, this.#facts);
    this.#actions = h('div', { class: 'actions' }, this.#stop, this.#restart, this.#edit, this.#open);
    this.element = h(
      'section',
      { class: 'pane', 'aria-label': 'Log' },
      h('header', {}, back, this.#title, this.#editor, this.#actions, this.#problem),
      this.#viewer.element,
    );
    this.#stop.addEventListener('click', () => void this.#do(this.#stop, (channel) => stopJob(channel)));
    this.#restart.addEventListener('click', () => void this.#do(this.#restart, (channel) => this.#again(channel)));
    this.#edit.addEventListener('click', () => this.#beginEdit());
    this.#editor.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#do(this.#editor, async (channel) => {
        await this.#again(channel, this.#command.value);
        this.#endEdit();
      });
    });
    this.#editor.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && !isComposed(event)) this.#endEdit();
    });
  }

  /** Shows a log. `runs`: whether commands may be run. */
  show(entry: Entry, runs: boolean, now: number): void {
    if (entry.channel !== this.#entry?.channel) {
      this.#say(undefined);
      this.#endEdit();
      this.#open.href = address(entry.channel, { solo: true });
    }
    const focused = this.#actions.contains(document.activeElement) ? document.activeElement : undefined;
    this.#entry = entry;
    drawState(this.#mark, entry);
    setText(this.#name, nameOf(entry));
    setText(this.#facts, `${stateText(entry)} · ${factsText(entry, now)}`);
    const isJob = entry.command !== undefined && runs;
    this.#stop.hidden = !isJob || !isRunning(entry);
    // Not disabled: it would lose the focus.
    this.#stop.ariaDisabled = entry.state === 'stopping' ? 'true' : null;
    this.#restart.hidden = this.#edit.hidden = !isJob;
    this.#viewer.show(entry.channel, nameOf(entry), false);
    // What had the focus is gone with what it was good for: the next one has it, not the page.
    if (focused instanceof HTMLElement && focused.hidden) (this.#restart.hidden ? this.#open : this.#restart).focus();
  }

  focus(): void {
    this.#name.focus();
  }

  /** Tries now what it would try in a moment. */
  hurry(): void {
    this.#viewer.hurry();
  }

  async #again(channel: string, command?: string): Promise<void> {
    this.#options.onStarted(await restartJob(channel, command));
  }

  async #do(control: HTMLElement, action: (channel: string) => Promise<void>): Promise<void> {
    if (this.#entry === undefined || control.ariaBusy === 'true' || control.ariaDisabled === 'true') return;
    control.ariaBusy = 'true';
    try {
      await action(this.#entry.channel);
      this.#say(undefined);
    } catch (error) {
      this.#say(messageOf(error));
    } finally {
      control.ariaBusy = null;
    }
  }

  #beginEdit(): void {
    this.#command.value = this.#entry?.command ?? '';
    this.#editor.hidden = false;
    this.#title.hidden = true;
    this.element.dataset['editing'] = '';
    this.#command.focus();
    this.#command.select();
  }

  #endEdit(): void {
    const hadFocus = this.#editor.contains(document.activeElement);
    this.#editor.hidden = true;
    this.#title.hidden = false;
    delete this.element.dataset['editing'];
    if (hadFocus) this.#edit.focus();
  }

  #say(problem: string | undefined): void {
    this.#problem.hidden = problem === undefined;
    setText(this.#problem, problem ?? '');
  }
}

function button(label: string, name: keyof typeof ICONS): HTMLButtonElement {
  const made = h('button', { type: 'button', class: `button ${name}`, 'aria-label': label }, icon(...ICONS[name]), h('span', {}, label));
  addTip(made, () => labelOf(made));
  return made;
}

/** The name of a control where its icon alone is shown. */
function labelOf(control: HTMLElement): string | undefined {
  return control.querySelector('span')?.checkVisibility() === true ? undefined : (control.ariaLabel ?? undefined);
}
