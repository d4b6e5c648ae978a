import '@lit-labs/virtualizer';
import type { LitVirtualizer } from '@lit-labs/virtualizer/LitVirtualizer.js';
import { AnsiUp } from 'ansi_up';
import { html } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { Probe } from './probe.ts';
import { shownOf, stage, type Subject } from './subject.ts';

const place = stage();
const colours = new AnsiUp();
/** Height of a row, px. */
const ROW = 20;
/** The virtualizer makes nothing taller than this, px. Beyond, it can only be told to show a line, and then stays with that line. */
const TALLEST = 8_200_000;
/** Maximum number of frames in which to look for the end. */
const TRIES = 30;
let virtualizer: LitVirtualizer | undefined;
/** Lines that arrived since the last frame. */
let fresh: string[] = [];

/** The virtualizer does not know where its lines are before it has laid some out. */
async function draw(items: unknown[]): Promise<void> {
  if (virtualizer === undefined) return;
  virtualizer.items = items;
  await virtualizer.updateComplete;
  await virtualizer.layoutComplete;
  await toEnd(virtualizer);
}

/** Rows not laid out yet have an estimated height, so the end moves when it is reached. */
async function toEnd(scroller: HTMLElement): Promise<void> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    scroller.scrollTop = scroller.scrollHeight;
    await new Promise(requestAnimationFrame);
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return;
  }
}

const subject: Subject = {
  open(lines) {
    virtualizer = document.createElement('lit-virtualizer');
    virtualizer.scroller = true;
    virtualizer.style.cssText = 'height:100%;overflow:auto;';
    virtualizer.renderItem = (line: unknown) =>
      html`<div style="width:100%;height:${ROW}px">${unsafeHTML(colours.ansi_to_html(String(line)))}</div>`;
    place.append(virtualizer);
    if (lines.length * ROW <= TALLEST) void draw(lines);
    else {
      virtualizer.items = lines;
      void virtualizer.updateComplete
        .then(() => virtualizer?.layoutComplete)
        .then(() => virtualizer?.element(lines.length - 1)?.scrollIntoView({ block: 'end' }));
    }
  },
  append(lines) {
    // Only a new array counts as a change: one a frame, to copy no more than necessary.
    if (fresh.length === 0) {
      requestAnimationFrame(() => {
        const items = [...(virtualizer?.items ?? []), ...fresh];
        fresh = [];
        void draw(items);
      });
    }
    fresh.push(...lines);
  },
  goTo(line) {
    virtualizer?.element(line - 1)?.scrollIntoView({ block: 'center' });
  },
  shown() {
    if (virtualizer === undefined) return undefined;
    // Its children are in the order in which they were created.
    const rows = [...virtualizer.children].map((row) => ({ row, top: row.getBoundingClientRect().top }));
    rows.sort((one, other) => one.top - other.top);
    return shownOf(
      rows.map(({ row }) => row),
      virtualizer.getBoundingClientRect(),
    );
  },
  isBlank() {
    if (virtualizer === undefined) return true;
    const { top, bottom } = virtualizer.getBoundingClientRect();
    let [least, most] = [Infinity, -Infinity];
    for (const row of virtualizer.children) {
      const box = row.getBoundingClientRect();
      if (row.textContent === '' || box.bottom <= top || box.top >= bottom) continue;
      least = Math.min(least, box.top);
      most = Math.max(most, box.bottom);
    }
    return least > top + 1 || most < bottom - 1;
  },
  get roots() {
    return virtualizer === undefined ? [] : [virtualizer];
  },
};

window.probe = new Probe(subject);
