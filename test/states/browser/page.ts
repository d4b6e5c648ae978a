// Shows every state of fixtures.ts, one below the other. A test calls what is on `window.states`.
import { NOW, endAnimations, holdMessages, loadFonts, resumeTime, stopTime } from './pins.ts';
import { LogStreamElement } from '../../../src/element/element.ts';
import '../../../src/element/tools/reader-tools.ts';
import type { ClientOptions, LogStreamClient } from '../../../src/worker/api.ts';
import { frame, topicOf } from '../../element/browser/support/fixture.ts';
import { MemoryClient } from '../../element/browser/support/memory-log.ts';
import './api.ts';
import { boxesOf } from './boxes.ts';
import { STATES, type Fixture } from './fixtures.ts';
import { makeLog } from './make-log.ts';
import { serveLogs, type ServedLog } from './memory-server.ts';
import { until } from './reader.ts';

/** For how long, ms, and for how many frames nothing may change until a state is complete. */
const QUIET = 150;
const FRAMES = 3;

const served = new Map<string, ServedLog>();
const server = serveLogs(served);

class StatesLogStream extends LogStreamElement {
  protected override createClient(options: ClientOptions): LogStreamClient {
    const log = served.get(options.endpoint ?? '')?.log;
    if (log === undefined) throw new Error(`There is no log at ${options.endpoint ?? ''}.`);
    return new MemoryClient(log, options);
  }
}
StatesLogStream.define();

/** Resolves once nothing has changed in an element for a while, it awaits no answer, and shows nothing that will soon be gone. */
async function settled(element: StatesLogStream, isToastKept: boolean): Promise<void> {
  let changedAt = performance.now();
  let frames = 0;
  const changed = (): void => {
    changedAt = performance.now();
    frames = 0;
  };
  const observer = new MutationObserver(changed);
  observer.observe(element.shadowRoot!, { subtree: true, childList: true, characterData: true, attributes: true });
  await until(() => {
    const passing = [...(element.shadowRoot?.querySelectorAll(isToastKept ? '.readout' : '.readout, .toast') ?? [])];
    if (server.isAsked(element.endpoint) || passing.some((each) => each.checkVisibility({ opacityProperty: true }))) changed();
    frames += 1;
    return frames > FRAMES && performance.now() - changedAt > QUIET;
  });
  observer.disconnect();
}

/** Everything that is shown stays as it is from now on. */
async function stop(): Promise<void> {
  stopTime();
  endAnimations();
  await frame();
  endAnimations();
}

class Section {
  readonly fixture: Fixture;
  readonly node = document.createElement('section');
  readonly #stage = document.createElement('div');
  #element: StatesLogStream | undefined;

  constructor(fixture: Fixture) {
    this.fixture = fixture;
    const heading = document.createElement('h2');
    heading.textContent = fixture.name;
    this.node.id = fixture.name.replaceAll(' ', '-');
    this.#stage.className = 'stage';
    this.#stage.dir = fixture.dir ?? 'ltr';
    this.#stage.style.height = `${(fixture.height ?? 160) + (fixture.below ?? 0)}px`;
    this.node.append(heading, this.#stage);
    if (this.isAlone) {
      const button = document.createElement('button');
      button.textContent = 'Show';
      button.addEventListener('click', () => void this.show());
      heading.append(' ', button);
    }
  }

  get isAlone(): boolean {
    return this.fixture.alone === true || this.fixture.coarse === true;
  }

  get element(): StatesLogStream {
    if (this.#element === undefined) throw new Error(`${this.fixture.name} is not shown.`);
    return this.#element;
  }

  mount(): void {
    const { name, height = 160, attributes = {}, style = '' } = this.fixture;
    const endpoint = `/states/${this.node.id}`;
    const log = makeLog(this.fixture, NOW);
    served.set(endpoint, { log, ...this.fixture.server });
    const element = document.createElement('log-stream') as StatesLogStream;
    const own = { endpoint, topic: topicOf('build'), label: 'build · linux-x64', remember: 'off', time: 'none', ...attributes };
    for (const [attribute, value] of Object.entries(own)) element.setAttribute(attribute, value);
    element.style.cssText = `--ls-height: ${height}px; ${style}`;
    element.ariaDescription = name;
    this.#element?.remove();
    this.#element = element;
    this.#stage.append(element);
    this.fixture.fill?.(element);
    void element.updateComplete.then(() => element.dispatchEvent(new Event('pointerenter')));
  }

  /** Does what a reader does in this state once the log is drawn; resolves once nothing changes any more. */
  async complete(): Promise<void> {
    const { log } = served.get(`/states/${this.node.id}`)!;
    const { element } = this;
    await until(() => element.state === log.status.state && element.shadowRoot?.querySelector('.toolbar') !== null);
    const root = element.shadowRoot!;
    const hasLines = log.status.epoch !== '';
    await until(() => !hasLines || root.querySelector('.row, .state') !== null);
    const { awaits, act, isToastKept = false } = this.fixture;
    if (awaits !== undefined) await until(() => root.querySelector(awaits) !== null);
    await settled(element, false);
    if (act === undefined) return;
    if (isToastKept) holdMessages();
    await act({ element, log, root });
    await settled(element, isToastKept);
  }

  fail(error: unknown): never {
    throw new Error(`The state "${this.fixture.name}" is not reached.`, { cause: error });
  }

  async show(): Promise<void> {
    resumeTime();
    this.mount();
    await this.complete().catch((error: unknown) => this.fail(error));
    await stop();
  }

  hide(): void {
    this.#element?.remove();
    this.#element = undefined;
  }
}

const sections = new Map(STATES.map((fixture) => [fixture.name, new Section(fixture)]));
if (sections.size < STATES.length) throw new Error('Two states have the same name.');

function sectionOf(name: string): Section {
  const section = sections.get(name);
  if (section === undefined) throw new Error(`There is no state ${name}.`);
  return section;
}

async function showAll(): Promise<void> {
  await loadFonts();
  resumeTime();
  const together = [...sections.values()].filter(({ isAlone }) => !isAlone);
  for (const section of together) section.mount();
  await Promise.all(together.map((section) => section.complete().catch((error: unknown) => section.fail(error))));
  await stop();
}

document.body.append(...[...sections.values()].map(({ node }) => node));
window.states = {
  all: [...sections.values()].map(({ fixture, isAlone }) => ({
    name: fixture.name,
    alone: isAlone,
    coarse: fixture.coarse === true,
  })),
  get height() {
    return document.documentElement.scrollHeight;
  },
  showAll,
  show: (name) => sectionOf(name).show(),
  alone(name) {
    for (const [other, section] of sections) {
      if (name !== undefined) section.hide();
      section.node.hidden = name !== undefined && name !== other;
    }
    document.querySelector('h1')!.hidden = name !== undefined;
  },
  resume: resumeTime,
  boxes(name) {
    const { node, element } = sectionOf(name);
    return boxesOf(element, node.getBoundingClientRect());
  },
  place(name) {
    const { left, top, width, height } = sectionOf(name).node.getBoundingClientRect();
    return [left + scrollX, top + scrollY, width, height];
  },
};
window.shown = showAll();
