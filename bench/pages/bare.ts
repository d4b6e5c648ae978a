import { Probe } from './probe.ts';
import { numberOf, stage, type Subject } from './subject.ts';

// The least that can be done: a WebSocket in the page, and one text node for the newest line.
const text = document.createTextNode('');
let last = 0;

const subject: Subject = {
  open() {
    stage().append(text);
    const socket = new WebSocket(new URL('/bare', location.href.replace(/^http/, 'ws')));
    socket.addEventListener('open', () => {
      text.data = '#0 open';
    });
    socket.addEventListener('message', ({ data }) => {
      const lines: unknown = JSON.parse(String(data));
      const newest: unknown = Array.isArray(lines) ? lines.at(-1) : undefined;
      if (typeof newest !== 'string') return;
      text.data = newest;
      last = numberOf(newest) ?? last;
    });
  },
  append: () => undefined,
  goTo: () => undefined,
  shown: () => (text.data === '' ? undefined : { first: last, last }),
  isBlank: () => false,
  roots: [document.body],
};

window.probe = new Probe(subject);
