import { Probe } from './probe.ts';
import { shownOf, stage, type Subject } from './subject.ts';

interface LogStream extends HTMLElement {
  goTo(line: number): void;
  find(query: string, options: { readonly regex: boolean; readonly only: boolean }): Promise<number>;
}

const place = stage();
let element: LogStream | undefined;
const scroller = (): Element | null | undefined => element?.shadowRoot?.querySelector('.viewport, [role=log]');
const rows = (): Element[] => [...(element?.shadowRoot?.querySelectorAll('.row') ?? [])];

const subject: Subject = {
  open(_lines, topic) {
    element = document.createElement('log-stream') as LogStream;
    element.style.cssText = 'display:block;height:100%;';
    element.setAttribute('topic', topic);
    place.append(element);
  },
  append() {
    throw new Error('Our lines come from the server.');
  },
  goTo(line) {
    element?.goTo(line);
  },
  async filter(pattern) {
    return (await element?.find(pattern, { regex: true, only: true })) ?? 0;
  },
  shown() {
    const box = scroller()?.getBoundingClientRect();
    return box && shownOf(rows(), box);
  },
  isBlank() {
    const box = scroller()?.getBoundingClientRect();
    if (box === undefined) return true;
    return rows().some((row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > box.top && top < box.bottom && row.textContent === '';
    });
  },
  hasOutline() {
    const root = element?.shadowRoot;
    const closed = root?.querySelector('.row.group [aria-expanded="false"]');
    if (!closed || !root?.querySelector('.error-count')) return false;
    const canvas = root.querySelector<HTMLCanvasElement>('.ruler canvas');
    if (canvas === null || canvas.width === 0) return false;
    const { data } = canvas.getContext('2d')?.getImageData(canvas.width / 2, 0, 1, canvas.height) ?? { data: new Uint8ClampedArray() };
    return data.some((value, at) => at % 4 === 3 && value === 255);
  },
  get roots() {
    return element?.shadowRoot ? [element.shadowRoot] : [];
  },
};

window.probe = new Probe(subject);
