import { connect } from '../../../../src/worker/client.ts';
import { LogStreamElement } from '../../../../src/element/log-stream.ts';
import { TOPIC, frame, until } from './fixture.ts';

// Reports which script the worker is started from, however the page names it.
const UPLOADED = new URL('./uploaded.js', import.meta.url).href;

let started: string[] = [];
const Started = SharedWorker;
globalThis.SharedWorker = class extends Started {
  constructor(script: string | URL, options?: string | WorkerOptions) {
    super(script, options);
    started.push(String(script));
  }
};

const warned: string[] = [];
console.warn = (...words: readonly unknown[]) => {
  if (String(words[0]).includes('worker-url')) warned.push(words.join(' '));
};

function link(parent: Element): Element {
  const element = document.createElement('link');
  element.rel = 'log-stream-worker';
  element.setAttribute('href', './uploaded.js');
  parent.append(element);
  return element;
}

function logStream(worker?: string): LogStreamElement {
  const element = document.createElement('log-stream');
  element.setAttribute('topic', TOPIC);
  if (worker !== undefined) element.setAttribute('worker-url', worker);
  return element;
}

const WAYS: Readonly<Record<string, () => readonly (Element | { remove(): void })[]>> = {
  attribute: () => [logStream('./uploaded.js')],
  'attribute and link in the head': () => [link(document.head), logStream('./uploaded.js')],
  'attribute and another link in the head': () => [link(document.head), logStream('./uploaded.js?other')],
  'attribute and link in the body': () => [link(document.body), logStream('./uploaded.js')],
  'attribute and link in a form that is named head': () => {
    const form = document.createElement('form');
    form.name = 'head';
    document.body.append(form);
    link(form);
    return [form, logStream('./uploaded.js')];
  },
  property: () => {
    const element = logStream();
    element.workerUrl = './uploaded.js';
    return [element];
  },
  'a copy of an element that had the property': () => {
    const element = logStream();
    element.workerUrl = './uploaded.js';
    return [element.cloneNode() as Element];
  },
  connect: () => {
    const client = connect({ workerUrl: './uploaded.js' });
    return [{ remove: () => client.close() }];
  },
};

const results: Record<string, boolean> = {};
for (const [name, go] of Object.entries(WAYS)) {
  started = [];
  const parts = go();
  for (const part of parts) if (part instanceof LogStreamElement) document.body.append(part);
  await until(() => started.length > 0);
  results[name] = started.some((script) => script.startsWith(UPLOADED));
  for (const part of parts) part.remove();
  // Elements close their connection a moment later; until then another one would share it.
  await frame();
}
parent.postMessage({ results, warned }, '*');
