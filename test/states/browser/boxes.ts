import type { Box } from './api.ts';

/** What is measured: parts, controls, icons, and everything in a row. */
const MEASURED =
  '[part], button, input, a, svg, .row, .row > *, .state > *, .chip, .more, .menu, [role="dialog"], [role="menu"], .ring, .marker';

/** Every part and control of an element that can be seen, by what it is, from the upper left corner of its state; rows by their number. */
export function boxesOf(element: Element, origin: DOMRect): Record<string, Box> {
  const boxes: Record<string, Box> = { host: boxIn(element.getBoundingClientRect(), origin) };
  const root = element.shadowRoot;
  const window = root?.querySelector('.viewport')?.getBoundingClientRect();
  for (const node of root?.querySelectorAll(MEASURED) ?? []) {
    const box = node.getBoundingClientRect();
    if (box.width === 0 || box.height === 0 || !node.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    // What is drawn above and below the window depends on how long the page was idle.
    if (window !== undefined && node.closest('.viewport') !== null && isOutside(box, window)) continue;
    boxes[unused(boxes, nameOf(node, node.closest('.row, .state')))] = boxIn(box, origin);
  }
  return boxes;
}

function isOutside(box: DOMRect, window: DOMRect): boolean {
  return box.bottom <= window.top || box.top >= window.bottom || box.right <= window.left || box.left >= window.right;
}

function boxIn({ left, top, width, height }: DOMRect, origin: DOMRect): Box {
  const rounded = (value: number): number => Math.round(value * 10) / 10;
  return [rounded(left - origin.left), rounded(top - origin.top), rounded(width), rounded(height)];
}

function nameOf(node: Element, row: Element | null): string {
  const own = node === row ? '' : ownName(node);
  if (row === null) return own;
  const line = row instanceof HTMLElement ? (row.dataset['line'] ?? row.querySelector<HTMLElement>('.num')?.dataset['n']) : undefined;
  return [line === undefined ? 'state row' : `row ${line}`, own].filter(Boolean).join(' ');
}

function ownName(node: Element): string {
  const action = node instanceof HTMLElement ? (node.dataset['action'] ?? node.dataset['act']) : undefined;
  if (node.localName === 'svg') return `icon of ${node.parentElement === null ? 'nothing' : ownName(node.parentElement)}`;
  return action ?? node.getAttribute('part')?.split(' ').at(-1) ?? node.classList[0] ?? node.localName;
}

function unused(boxes: Readonly<Record<string, Box>>, name: string): string {
  if (!(name in boxes)) return name;
  let again = 2;
  while (`${name} ${again}` in boxes) again += 1;
  return `${name} ${again}`;
}
