import { connect } from '/log-stream/assets/client.js';
import { lineText } from '/line-text.js';

const topic = new URL(location.href).searchParams.get('topic') ?? '';
document.querySelector('log-stream')?.setAttribute('topic', topic);

/** What this tab has seen, for whoever drives it. */
const seen = { next: 1, complete: false, problem: '' };
const client = connect();
Object.assign(window, { seen, stats: () => client.stats() });

try {
  for await (const { offset, text } of client.open(topic).lines()) {
    if (offset !== seen.next) throw new Error(`line ${offset} came where ${seen.next} was due`);
    if (text !== lineText(offset)) throw new Error(`line ${offset} reads ${JSON.stringify(text)}`);
    seen.next = offset + 1;
  }
  seen.complete = true;
} catch (error) {
  seen.problem = String(error);
}
