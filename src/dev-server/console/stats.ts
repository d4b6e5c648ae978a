import { html, render } from 'lit/html.js';
import { sharingText } from './format.ts';
import { icon } from './icons.ts';

/** ms between requests, while the page is visible. */
const INTERVAL = 1_000;
const CLIENT = '/log-stream/assets/client.js';

/** The part of the server's client that this page uses. */
interface StatsSource {
  stats(): Promise<unknown>;
}

/** How many tabs show logs of this server, and over how many connections. */
export class Stats {
  readonly element = document.createElement('p');

  constructor() {
    this.element.className = 'stats';
    this.element.hidden = true;
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
    this.element.hidden = sockets === 0;
    render(html`${icon('tabs')}<span>${sharingText(tabs, sockets)}</span>`, this.element);
  }
}

function hasConnect(module: unknown): module is { connect(): StatsSource } {
  return typeof module === 'object' && module !== null && 'connect' in module && typeof module.connect === 'function';
}
