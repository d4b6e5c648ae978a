import { readAddress } from './address.ts';
import { Console } from './console.ts';
import { h } from './dom.ts';
import { Viewer } from './viewer.ts';

const ELEMENT = '/log-stream/assets/log-stream.js';

const { log, solo } = readAddress(location.search);
if (solo && log !== undefined) {
  const viewer = new Viewer();
  viewer.element.classList.add('solo');
  viewer.show(log, log, true);
  document.title = `${log} · log-stream`;
  document.body.replaceChildren(viewer.element);
} else {
  const page = new Console();
  document.body.replaceChildren(page.element);
  page.start();
}

// The element comes from the server, so that the page shows what every other page gets.
import(/* @vite-ignore */ ELEMENT).catch(() => {
  document.body.prepend(
    h('p', { class: 'trouble', role: 'alert' }, 'The viewer cannot be loaded: run npm run build, then load this page again.'),
  );
});
