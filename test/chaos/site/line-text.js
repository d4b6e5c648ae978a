/** How many different texts there are before only the numbers differ. */
const VARIETY = 1_000_003;

/**
 * The text of line `number` as a reader of it sees it: told apart from every other line, and of very different lengths.
 *
 * @param {number} number
 * @returns {string}
 */
export function plainText(number) {
  const mixed = (Math.imul(number, 2_654_435_761) >>> 0) % VARIETY;
  const filler = ['lorem', 'žluťoučký', 'kůň', '日本', '🐎', 'a\u0301', '<b>', '&amp;'][mixed % 8] ?? '';
  return `line ${number} ${`${filler} `.repeat(mixed % 24)}#${mixed}`;
}

/**
 * The text of line `number` as a producer writes it, every third one in colour.
 *
 * @param {number} number
 * @returns {string}
 */
export function lineText(number) {
  return number % 3 === 0 ? `\u001b[3${number % 8}m${plainText(number)}\u001b[0m` : plainText(number);
}
