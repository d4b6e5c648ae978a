import { matchEnd } from './sticky.ts';

/** Prefixes that tools write before a message: a time, a name, a place. Most end before a blank or at the end of the line. */
const PREFIXES = [
  // Bars, bullets, arrows.
  /[-–—|:>│┃•·*~#»→➤▲▶╷├└=+●]+(?=\s|$)/u,
  // The process of Valgrind and ASan, with no blank after it.
  /==\d+==/u,
  // Times, dates, counters, positions, process ids; the step of a Docker build.
  /#?\d[\w:.,/+-]*(?=\s|$|\|)/u,
  // The words of a date.
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6},?(?=\s)|(?:[AP]M|UTC|GMT|CES?T|[ECMP][SD]T)(?=\s)/u,
  // Ruby's letter, PHP's name, the line of a script.
  /[A-Z],(?=\s)|PHP(?=\s)|line \d+:(?=\s)/u,
  // A program, a path or a position, up to its colon.
  /(?!\/\/|https?:)[\w./@~$+\\-][^\s"'=`]*:(?=\s|$)/u,
  // Names and paths: they contain a character that words of prose do not.
  /(?!\/\/)[A-Za-z_.~/$@][\w~/$@<>%-]*[.:/@_\d\\-][^\s"'=`]*(?=\s|$)/u,
  // A word before a bar, a dash or a colon, or a host before the name of a program.
  /\w+(?=\s+(?:[-|:]{1,2}|│)\s)|[a-z]\w*(?= [\w./-]+\[\d+\]: )/u,
  // Short words in other brackets.
  /\([^\s()]{1,60}\)(?=\s|$|:)|\{[\w.]+:\d+\}(?=\s)|<\d{1,3}>/u,
];

const PREFIX = new RegExp(PREFIXES.map(({ source }) => source).join('|'), 'uy');

/** Where the prefix at `at` ends; -1 if there is none. */
export function prefixEnd(text: string, at: number): number {
  return matchEnd(PREFIX, text, at);
}
