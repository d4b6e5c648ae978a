import { linkTarget } from './link-target.ts';
import { ADDRESS, POSITION } from './plain-text.ts';
import { sourceTarget } from './source-target.ts';
import type { TextRun } from './runs.ts';

/** The longest address that becomes a link, characters. */
export const MAX_ADDRESS = 8_192;

/** A link in a text: where it stands, and where it leads. */
export interface TextLink {
  readonly from: number;
  readonly to: number;
  readonly target: string;
}

/** Counts the characters that were looked at. */
export interface LinkCost {
  steps: number;
}

const SCHEME = /(?:https?:\/\/|mailto:)/giu;
/** A character before a scheme that makes it part of a longer word. */
const WORD = /[\p{L}\p{N}_]/u;
/** Characters that no address in a text has: blanks, controls, brackets of markup, quotes and full-width punctuation. */
const DELIMITER = /[\p{C}\p{Z}<>"`\\^|\u2018-\u201f\u2026\u00ab\u00bb\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]/u;
/** Punctuation that belongs to the sentence rather than to the address before it. */
const TRAILING = /[.,;:!?'*]/u;
const OPENING = '([{';
const CLOSING = ')]}';

/** The number of a line in a file after its path, and that of a column. */
const SOURCE_POSITION = /:(?<line>\d{1,7})(?::(?<column>\d{1,5}))?(?!\w)/gu;
const PATH_CHARACTER = /[\p{L}\p{M}\p{N}_.\-+@~$/\\]/u;

/**
 * The links in a text, in order: addresses of allowed schemes without the punctuation around them, and with a template of the
 * page also places in files (`src/a.ts:12:3`). Accepts any text; in linear time, whatever it is made of.
 */
export function findLinks(text: string, sourceUrl = '', cost: LinkCost = { steps: 0 }): readonly TextLink[] {
  const addresses = ADDRESS.test(text) ? findAddresses(text, cost) : [];
  const sources = sourceUrl !== '' && POSITION.test(text) ? findSources(text, sourceUrl, cost) : [];
  if (sources.length === 0) return addresses.flatMap(({ link }) => link ?? []);
  // What is part of an address is none of a file.
  let next = 0;
  const free = sources.filter(({ from, to }) => {
    while ((addresses[next]?.to ?? Infinity) <= from) next += 1;
    return (addresses[next]?.from ?? Infinity) >= to;
  });
  return [...addresses.flatMap(({ link }) => link ?? []), ...free].sort((a, b) => a.from - b.from);
}

/** The text that an address takes, and the link if it leads anywhere. */
interface Address {
  readonly from: number;
  readonly to: number;
  readonly link: TextLink | undefined;
}

function findAddresses(text: string, cost: LinkCost): Address[] {
  const found: Address[] = [];
  let word: Word | undefined;
  SCHEME.lastIndex = 0;
  for (let match = SCHEME.exec(text); match !== null; match = SCHEME.exec(text)) {
    const from = match.index;
    if (from > 0 && WORD.test(text[from - 1] ?? '')) continue;
    if (word === undefined || from >= word.end) word = readWord(text, from, cost);
    const end = endOfAddress(text, from, word, cost);
    let to = end;
    while (to > from && TRAILING.test(text[to - 1] ?? '')) to -= 1;
    const target = to - from > MAX_ADDRESS ? undefined : linkTarget(text.slice(from, to));
    found.push({ from, to: end, link: target === undefined ? undefined : { from, to, target } });
    SCHEME.lastIndex = Math.max(end, from + match[0].length);
  }
  return found;
}

/** Characters up to the next delimiter, and the brackets among them that belong together. */
interface Word {
  readonly end: number;
  /** The other bracket of each that has one. */
  readonly partners: ReadonlyMap<number, number>;
}

function readWord(text: string, from: number, cost: LinkCost): Word {
  const partners = new Map<number, number>();
  const open: number[] = [];
  let at = from;
  for (; at < text.length; at += 1) {
    cost.steps += 1;
    const character = text[at] ?? '';
    if (isDelimiter(text, at)) break;
    const last = open.at(-1);
    if (OPENING.includes(character)) open.push(at);
    else if (!CLOSING.includes(character)) continue;
    else if (last !== undefined && OPENING[CLOSING.indexOf(character)] === text[last]) {
      open.pop();
      partners.set(last, at).set(at, last);
    } else open.length = 0;
  }
  return { end: at, partners };
}

/** An address ends before a bracket whose other one is outside, and before the quote that it began with. */
function endOfAddress(text: string, from: number, { end, partners }: Word, cost: LinkCost): number {
  const isQuoted = text[from - 1] === "'";
  let outer = { from, to: from };
  let at = from;
  for (; at < end; at += 1) {
    cost.steps += 1;
    const character = text[at] ?? '';
    if (isQuoted && character === "'") return at < outer.to ? outer.from : at;
    const isOpening = OPENING.includes(character);
    if (!isOpening && !CLOSING.includes(character)) continue;
    const partner = partners.get(at) ?? -1;
    if (partner < from) return at;
    if (isOpening && at >= outer.to) outer = { from: at, to: partner };
  }
  return at;
}

/** Half a surrogate pair is a delimiter by itself only where the other half is missing. */
function isDelimiter(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code > 0x20 && code < 0x7f) return '<>"`\\^|'.includes(text[at] ?? '');
  if (code >= 0xdc00 && code < 0xe000 && at > 0 && (text.codePointAt(at - 1) ?? 0) > 0xffff) return false;
  return DELIMITER.test(String.fromCodePoint(text.codePointAt(at) ?? 0));
}

function findSources(text: string, sourceUrl: string, cost: LinkCost): TextLink[] {
  const found: TextLink[] = [];
  for (const { index, 0: position, groups } of text.matchAll(SOURCE_POSITION)) {
    let from = index;
    // A path has no colon, so that no character is looked at for two positions.
    for (; from > 0 && PATH_CHARACTER.test(text[from - 1] ?? ''); from -= 1) cost.steps += 1;
    const target = sourceTarget(sourceUrl, { path: text.slice(from, index), line: groups?.['line'] ?? '', column: groups?.['column'] });
    if (target !== undefined) found.push({ from, to: index + position.length, target });
  }
  return found;
}

/**
 * Runs with the links in their text, however many styles a link has; the same runs where there are none. What is in a link
 * already is left alone. `isCut`: the text continues, so an address at its end may do so, too.
 */
export function withLinks(runs: readonly TextRun[], sourceUrl: string, isCut = false): readonly TextRun[] {
  if (!runs.some(({ text }) => ADDRESS.test(text) || POSITION.test(text)) && !mayJoin(runs)) return runs;
  const text = runs
    .map((run) => (run.link === '' && !run.chip && run.label === undefined ? run.text : '\0'.repeat(run.text.length)))
    .join('');
  const links = findLinks(text, sourceUrl).filter(({ to }) => !isCut || to < text.length);
  if (links.length === 0) return runs;
  const linked: TextRun[] = [];
  let at = 0;
  let next = 0;
  for (const run of runs) {
    const end = at + run.text.length;
    for (let from = at; from < end;) {
      while ((links[next]?.to ?? Infinity) <= from) next += 1;
      const link = links[next];
      const isIn = link !== undefined && link.from <= from;
      const to = Math.min(end, (isIn ? link.to : link?.from) ?? end);
      linked.push({ ...run, text: run.text.slice(from - at, to - at), link: isIn ? link.target : run.link });
      from = to;
    }
    at = end;
  }
  return linked;
}

/** Whether what makes a link may be spread over several runs. */
function mayJoin(runs: readonly TextRun[]): boolean {
  return runs.length > 1 && runs.some(({ text }) => text.includes(':'));
}
