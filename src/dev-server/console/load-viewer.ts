const ELEMENT = '/log-stream/assets/log-stream.js';
/** ms until the next attempt, which doubles with each one up to the longest. */
const FIRST_DELAY = 1_500;
const LONGEST_DELAY = 30_000;

const FAILED = "The viewer didn't load. Run npm run build, then reload.";

/**
 * Loads the element from the server, so that this page uses the same build as every other page. Repeats until it works, each
 * time under another address, since some browsers remember a failed import.
 */
export async function loadViewer(): Promise<void> {
  const trouble = document.createElement('p');
  trouble.className = 'trouble';
  trouble.role = 'alert';
  trouble.textContent = FAILED;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await import(/* @vite-ignore */ attempt === 0 ? ELEMENT : `${ELEMENT}?attempt=${attempt}`);
      trouble.remove();
      return;
    } catch {
      if (!trouble.isConnected) document.body.prepend(trouble);
      await new Promise((resolve) => setTimeout(resolve, Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt)));
    }
  }
}
