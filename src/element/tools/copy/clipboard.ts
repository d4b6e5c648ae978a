/**
 * Writes a text that may still be loading. Must be called while the reader's key press or click still counts as a user
 * gesture, which browsers require. Rejects when the text does, or when the browser blocks it.
 */
export async function writeClipboard(text: Promise<string>): Promise<void> {
  const { clipboard } = navigator;
  if (typeof ClipboardItem === 'function' && typeof clipboard.write === 'function') {
    const blob = text.then((plain) => new Blob([plain], { type: 'text/plain' }));
    await Promise.all([blob, clipboard.write([new ClipboardItem({ 'text/plain': blob })])]);
  } else await clipboard.writeText(await text);
}

/** Whether the page has a clipboard to write to. Without HTTPS it has none, and only a copy event can copy. */
export function hasClipboard(): boolean {
  return (navigator as { readonly clipboard?: Clipboard }).clipboard !== undefined;
}
