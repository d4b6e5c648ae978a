import { h, icon, setText } from './dom.ts';
import { counted } from './format.ts';
import { ICONS } from './icons.ts';

/** ms between looks, while the page is visible. */
const INTERVAL = 1_000;
const CLIENT = '/log-stream/assets/client.js';

/** What this page needs of the client that the server brings. */
interface StatsSource {
  stats(): Promise<unknown>;
}

/** How many tabs show logs of this server, and over how many sockets. */
export class Stats {
  readonly element: HTMLElement;
  readonly #text = h('span', {});

  constructor() {
    this.element = h('p', { class: 'stats', hidden: '' }, icon(...ICONS.tabs), this.#text);
  }

  async start(): Promise<void> {
    const module: unknown = await import(/* @vite-ignore */ CLIENT);
    if (!hasConnect(module)) return;
    const client = module.connect();
    for (;;) {
      if (document.visibilityState === 'visible') this.#show(await client.stats());
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }

  #show(stats: unknown): void {
    if (typeof stats !== 'object' || stats === null || !('tabs' in stats) || !('sockets' in stats)) return;
    const { tabs, sockets } = stats;
    if (typeof tabs !== 'number' || typeof sockets !== 'number') return;
    setText(this.#text, `${counted(tabs, 'tab')} · ${counted(sockets, 'socket')}`);
    this.element.hidden = false;
  }
}

function hasConnect(module: unknown): module is { connect(): StatsSource } {
  return typeof module === 'object' && module !== null && 'connect' in module && typeof module.connect === 'function';
}
