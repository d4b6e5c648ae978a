import { readAddress } from './address.ts';
import { Console } from './console.ts';
import { h } from './dom.ts';
import { Gate } from './gate.ts';
import { credentialIn } from './session.ts';
import { Solo } from './solo.ts';

const ELEMENT = '/log-stream/assets/log-stream.js';

const credential = credentialIn(location.hash);
const { log, solo } = readAddress(location.search);
void new Gate(solo && log !== undefined ? new Solo(log) : new Console()).open(credential);

// The element comes from the server, so that the page shows what every other page gets.
import(/* @vite-ignore */ ELEMENT).catch(() => {
  document.body.prepend(h('p', { class: 'trouble', role: 'alert' }, "The viewer didn't load. Run npm run build, then reload."));
});
