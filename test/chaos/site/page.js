import { connect } from '/log-stream/assets/client.js';
import { lineText } from '/line-text.js';

/** A topic that expires soon, so that it has to be asked for again and again. */
async function sign() {
  const response = await fetch('/topic');
  if (!response.ok) throw new Error(`No topic was to be had: ${response.status}`);
  return response.text();
}

/** The page came, but its topic may not come at the first try. */
async function signAtLast() {
  for (;;) {
    try {
      return await sign();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  }
}

const topic = await signAtLast();
document.querySelector('log-stream')?.setAttribute('topic', topic);

/** What this tab has seen, for whoever drives it. */
const seen = { next: 1, complete: false, problem: '' };
const client = connect();
Object.assign(window, { seen, stats: () => client.stats() });

try {
  for await (const { offset, text } of client.open(topic, { refresh: sign }).lines()) {
    if (offset !== seen.next) throw new Error(`line ${offset} came where ${seen.next} was due`);
    if (text !== lineText(offset)) throw new Error(`line ${offset} reads ${JSON.stringify(text)}`);
    seen.next = offset + 1;
  }
  seen.complete = true;
} catch (error) {
  seen.problem = String(error);
}
