import { shortcut } from './pointer.ts';

/**
 * What was copied last, as it went into the clipboard. It is looked at on its way: the pages of a browser share one
 * clipboard, and other tests run beside this one.
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

/** What is in the clipboard by now; rejects when nothing was copied since it was last asked. */
export async function taken(): Promise<string> {
  const text = await latest;
  latest = undefined;
  if (text === undefined) throw new Error('Nothing was copied.');
  return text;
}

/** Presses the keys for copying, and waits for what comes of it. */
export async function copied(patience = 5_000): Promise<string> {
  await shortcut('c');
  const deadline = performance.now() + patience;
  while (latest === undefined && performance.now() < deadline) await new Promise((resolve) => requestAnimationFrame(resolve));
  return taken();
}
