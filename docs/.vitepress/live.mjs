// Code blocks that are shown at work: a fence ```html live``` is followed by a frame with the same markup. Markdown elsewhere shows the
// code alone.

/** What the elements of the site show: see docs/demo. The channel is in clear, and nothing verifies the signature. */
const DEMO_TOPIC = `${Buffer.from('{"c":"build:42","t":1}').toString('base64')}--00`;

/** Markup in which every topic that is left out for the reader is the one of the demo. @param {string} markup */
export const withDemoTopic = (markup) => markup.replaceAll('topic="…"', `topic="${DEMO_TOPIC}"`);

/** @param {string} text */
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * @param {string} markup Of a live fence.
 * @param {string} base Of the site, with a slash at its end.
 */
export function liveFrame(markup, base) {
  const page =
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Example</title>' +
    `<script type="module" src="${base}demo/log-stream.js"></script>${withDemoTopic(markup)}`;
  return `<iframe class="live" title="The code above at work" loading="lazy" srcdoc="${escaped(page)}"></iframe>`;
}
