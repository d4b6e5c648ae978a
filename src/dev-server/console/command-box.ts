import { isComposed } from '../../element/tools/keyboard/composing.ts';
import { runCommand } from './api.ts';
import { h, icon } from './dom.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { ICONS } from './icons.ts';

export interface CommandBoxOptions {
  /** Commands that were run, newest first: Arrow up brings them back. */
  readonly history: () => readonly string[];
  /** A command was started; its log is this one. */
  readonly onStarted: (channel: string) => void;
}

/** The field at the top: a command, and Run. */
export class CommandBox {
  readonly element: HTMLFormElement;
  readonly #input = h('input', {
    type: 'text',
    name: 'command',
    id: 'command',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: 'Run a command, e.g. npm test',
    'aria-label': 'Command',
    maxlength: '8192',
  });
  readonly #run = h('button', { type: 'submit', class: 'run' }, icon(...ICONS.play), h('span', {}, 'Run'));
  readonly #problem = h('p', { class: 'problem', role: 'alert', hidden: '' });
  readonly #options: CommandBoxOptions;
  #recalled = -1;

  constructor(options: CommandBoxOptions) {
    this.#options = options;
    const prompt = h('span', { class: 'prompt', 'aria-hidden': 'true' }, '$');
    this.element = h('form', { class: 'command' }, h('div', { class: 'field' }, prompt, this.#input, this.#run), this.#problem);
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#input.addEventListener('keydown', (event) => this.#recall(event));
    this.#input.addEventListener('input', () => {
      this.#recalled = -1;
      this.#say(undefined);
    });
  }

  /** Whether commands may be run here at all. */
  set runs(runs: boolean) {
    this.element.hidden = !runs;
  }

  focus(): void {
    this.#input.focus();
  }

  async #submit(): Promise<void> {
    const command = this.#input.value.trim();
    if (command === '') {
      this.#input.focus();
      return;
    }
    // Not disabled: it would lose the focus.
    if (this.#run.ariaBusy === 'true') return;
    this.#run.ariaBusy = 'true';
    try {
      const channel = await runCommand(command);
      this.#input.value = '';
      this.#recalled = -1;
      this.#say(undefined);
      this.#options.onStarted(channel);
    } catch (error) {
      this.#say(messageOf(error));
    } finally {
      this.#run.ariaBusy = null;
    }
  }

  #recall(event: KeyboardEvent): void {
    const step = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey || isComposed(event)) return;
    const history = this.#options.history();
    const next = Math.min(history.length - 1, Math.max(-1, this.#recalled + step));
    if (next === this.#recalled) return;
    event.preventDefault();
    this.#recalled = next;
    this.#input.value = history[next] ?? '';
    this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
  }

  #say(problem: string | undefined): void {
    this.#problem.hidden = problem === undefined;
    this.#problem.textContent = problem ?? '';
  }
}
