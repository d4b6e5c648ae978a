/**
 * Writes a text that is still being fetched. Has to be called while the browser still counts the reader's key or click,
 * since it is then that it is asked whether it may. Rejects when the text does, or the browser does not allow it.
 */
export async function writeClipboard(text: Promise<string>): Promise<void> {
  const { clipboard } = navigator;
  if (typeof ClipboardItem === 'function' && typeof clipboard.write === 'function') {
    const blob = text.then((plain) => new Blob([plain], { type: 'text/plain' }));
    await Promise.all([blob, clipboard.write([new ClipboardItem({ 'text/plain': blob })])]);
  } else await clipboard.writeText(await text);
}

/** Whether the page may write to the clipboard at all but from within a copy event: browsers want https for it. */
export function hasClipboard(): boolean {
  return (navigator as { readonly clipboard?: Clipboard }).clipboard !== undefined;
}
