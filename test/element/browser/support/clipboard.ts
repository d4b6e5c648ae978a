import { shortcut } from './pointer.ts';

/**
 * The last text that was copied, caught on its way to the clipboard: all pages of a browser share one clipboard, and other
 * tests run at the same time.
 */
let latest: Promise<string> | undefined;

window.addEventListener('copy', (event) => {
  const data = event.clipboardData?.getData('text/plain') ?? '';
  if (!event.defaultPrevented) latest = Promise.resolve(document.getSelection()?.toString() ?? '');
  else if (data !== '') latest = Promise.resolve(data);
});

const { write } = Clipboard.prototype;
Clipboard.prototype.write = async function (items) {
  const text = items[0]?.getType('text/plain').then((blob) => blob.text());
  text?.catch(() => undefined);
  await write.call(this, items);
  latest = text;
};

/** The text copied since the last call; rejects if there is none. */
export async function taken(): Promise<string> {
  const text = await latest;
  latest = undefined;
  if (text === undefined) throw new Error('Nothing was copied.');
  return text;
}

/** Presses the keys for copying, and waits for the copied text. */
export async function copied(patience = 5_000): Promise<string> {
  await shortcut('c');
  const deadline = performance.now() + patience;
  while (latest === undefined && performance.now() < deadline) await new Promise((resolve) => requestAnimationFrame(resolve));
  return taken();
}
