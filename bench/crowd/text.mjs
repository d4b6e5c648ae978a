// Lines that a viewer can check: each says which log it belongs to, which number it has, and when it was written.

const FILL = 'resolve fetch compile link test bundle check emit cache restore upload layer module target crate package suite worker ';
const BODY = FILL.repeat(2);
/** Minimum length of a line, in characters. */
const LENGTH = 100;

/** @param {string} channel @param {number} number @param {number} at Unix ms. */
export function lineText(channel, number, at) {
  const start = `${at.toFixed(3)} ${channel} #${number} `;
  const from = number % FILL.length;
  return start + BODY.slice(from, from + Math.max(0, LENGTH - start.length));
}

/** @param {string} channel @param {number} from @param {number} count @param {number} at */
export function bodyOf(channel, from, count, at) {
  let body = '';
  for (let number = from; number < from + count; number += 1) body += `${lineText(channel, number, at)}\n`;
  return body;
}

/** When a line was written. Throws for one that is not what was written as this number. @param {string} channel @param {number} number @param {string} text */
export function timeOf(channel, number, text) {
  const at = Number(text.slice(0, text.indexOf(' ')));
  if (lineText(channel, number, at) !== text)
    throw new Error(`Line ${number} of ${channel} is not what was written: ${text.slice(0, 120)}`);
  return at;
}
