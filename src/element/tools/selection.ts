/** The part of the document that is selected within a shadow root. */
function selectedRange(root: ShadowRoot): StaticRange | Range | undefined {
  const selection = document.getSelection();
  if (selection === null) return undefined;
  if ('getComposedRanges' in selection) return selection.getComposedRanges({ shadowRoots: [root] })[0];
  // Engines before composed ranges tell a shadow root's selection on the root itself, or on the document.
  const own: unknown = Reflect.get(root, 'getSelection');
  const inner: unknown = typeof own === 'function' ? Reflect.apply(own, root, []) : selection;
  return inner instanceof Selection && inner.rangeCount > 0 ? inner.getRangeAt(0) : undefined;
}

/**
 * The text of the rows that are selected, without numbers, times and state rows, one line each; empty when nothing
 * is. A line that goes on in the next is not broken.
 */
export function selectedText(root: ShadowRoot, block: ParentNode): string {
  const found = selectedRange(root);
  if (found === undefined || found.collapsed) return '';
  const selected = document.createRange();
  selected.setStart(found.startContainer, found.startOffset);
  selected.setEnd(found.endContainer, found.endOffset);
  let result = '';
  let first = true;
  for (const row of block.querySelectorAll('.row')) {
    const text = row.querySelector('.text');
    if (text === null || !selected.intersectsNode(text)) continue;
    const part = document.createRange();
    part.selectNodeContents(text);
    if (part.compareBoundaryPoints(Range.START_TO_START, selected) < 0) part.setStart(selected.startContainer, selected.startOffset);
    if (part.compareBoundaryPoints(Range.END_TO_END, selected) > 0) part.setEnd(selected.endContainer, selected.endOffset);
    const continues = row.querySelector('.num')?.hasAttribute('data-n') === false;
    result += `${first || continues ? '' : '\n'}${part.toString()}`;
    first = false;
  }
  return result;
}
