import { h } from './dom.ts';

const ELEMENT = '/log-stream/assets/log-stream.js';
/** ms until a viewer that could not be loaded is loaded again; doubled each time, up to the longest. */
const RETRY = 1_500;
const LONGEST = 30_000;

const FAILED = "The viewer didn't load. Run npm run build, then reload.";

/**
 * Loads the element from the server, so that the page shows what every other page gets. A server that is away at this moment
 * may be back soon: it is tried until it works, each time under another address, since some browsers remember a failure.
 */
export async function loadViewer(): Promise<void> {
  const trouble = h('p', { class: 'trouble', role: 'alert' }, FAILED);
  for (let attempt = 0; ; attempt += 1) {
    try {
      await import(/* @vite-ignore */ attempt === 0 ? ELEMENT : `${ELEMENT}?attempt=${attempt}`);
      trouble.remove();
      return;
    } catch {
      if (!trouble.isConnected) document.body.prepend(trouble);
      await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST, RETRY * 2 ** attempt)));
    }
  }
}
