import { html, nothing, render } from 'lit/html.js';
import { createRef, ref } from 'lit/directives/ref.js';
import { isComposed } from '../../element/util/keys.ts';
import { messageOf } from '../../protocol/message-of.ts';
import { runCommand } from './api.ts';
import { icon } from './icons.ts';

export interface CommandBoxOptions {
  /** Commands that were run, newest first: Arrow up brings them back. */
  readonly history: () => readonly string[];
  /** Called with the channel of the log when a command was started. */
  readonly onStarted: (channel: string) => void;
}

/** The form at the top: a command, and Run. */
export class CommandBox {
  readonly element = document.createElement('form');
  readonly #input = createRef<HTMLInputElement>();
  readonly #options: CommandBoxOptions;
  /** Index in the history of the command that is shown; -1 for none. */
  #recalled = -1;
  #isStarting = false;
  #problem: string | undefined;

  constructor(options: CommandBoxOptions) {
    this.#options = options;
    this.element.className = 'command';
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#submit();
    });
    this.#render();
  }

  /** Whether commands may be run here at all. */
  set isRunAllowed(isAllowed: boolean) {
    this.element.hidden = !isAllowed;
  }

  focus(): void {
    this.#input.value?.focus();
  }

  #render(): void {
    // A busy button is not disabled: it would lose the focus.
    render(
      html`
        <div class="field">
          <span class="prompt" aria-hidden="true">$</span>
          <input
            ${ref(this.#input)}
            type="text"
            name="command"
            id="command"
            autocomplete="off"
            autocapitalize="off"
            spellcheck="false"
            placeholder="Run a command"
            aria-label="Command"
            maxlength="8192"
            @keydown=${(event: KeyboardEvent) => this.#recall(event)}
            @input=${() => this.#edited()}
          />
          <button type="submit" class="run" aria-busy=${this.#isStarting ? 'true' : nothing}>${icon('play')}<span>Run</span></button>
        </div>
        <p class="problem" role="alert" ?hidden=${this.#problem === undefined}>${this.#problem}</p>
      `,
      this.element,
    );
  }

  #edited(): void {
    this.#recalled = -1;
    this.#problem = undefined;
    this.#render();
  }

  async #submit(): Promise<void> {
    const command = this.#input.value?.value.trim() ?? '';
    if (command === '') this.focus();
    if (command === '' || this.#isStarting) return;
    this.#isStarting = true;
    this.#render();
    try {
      const channel = await runCommand(command);
      this.#show('');
      this.#recalled = -1;
      this.#problem = undefined;
      this.#options.onStarted(channel);
    } catch (error) {
      this.#problem = messageOf(error);
    } finally {
      this.#isStarting = false;
      this.#render();
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
    this.#show(history[next] ?? '');
  }

  #show(command: string): void {
    const input = this.#input.value;
    if (input === undefined) return;
    input.value = command;
    input.setSelectionRange(command.length, command.length);
  }
}
