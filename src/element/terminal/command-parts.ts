import { MAY_BE_COMMAND } from './may-be-command.ts';
import type { SourcePlace } from './source-target.ts';

/** Part of a line, and how it is drawn. */
export interface CommandPart {
  readonly from: number;
  readonly to: number;
  /** What is drawn instead of its text; empty for nothing. */
  readonly label?: string;
  readonly role?: 'title' | 'place';
}

/** A line in which a CI system reads a command, such as an error. */
export interface Command {
  /** In order and without gaps, up to the end of the line. */
  readonly parts: readonly CommandPart[];
  /** The place in a file that it is about. */
  readonly place: SourcePlace | undefined;
}

/** GitHub's `::error file=a.js,line=1::text` and `##[error]text`, and Azure's `##vso[task.logissue type=error;sourcepath=a.cs]text`. */
const COMMAND =
  /^(?<lead>[ \t]*(?:\[?\d[\d:.,/TZ+-]*\]?\s+)*)(?:::(?:error|warning|notice|debug)(?<github>[ \t][^:]*(?::(?!:)[^:]*)*)?::|##\[(?:error|warning|notice|debug)\]|##vso\[task\.logissue (?<azure>[^\]]*)\])/u;
/** The keys under which each system names the same. */
const KEYS: Readonly<Record<string, Name>> = {
  title: 'title',
  file: 'file',
  sourcepath: 'file',
  line: 'line',
  linenumber: 'line',
  col: 'column',
  columnnumber: 'column',
};
/** Escapes of what would end a property or the line. */
const ESCAPE = /%(?:AZP)?(?:25|0[AD]|3[AB]|2C|5D)/giu;

type Name = 'title' | 'file' | 'line' | 'column';

/** Where a value stands in the line. */
interface Value {
  readonly name: Name;
  readonly from: number;
  readonly to: number;
}

/**
 * How a line with a command is drawn: without its syntax, the title and the place first. The text stays as it is, so that what is
 * searched, selected and copied does, too. Undefined for any other line, and for one of which nothing would be left. In linear time.
 */
export function commandOf(text: string): Command | undefined {
  if (!MAY_BE_COMMAND.test(text)) return undefined;
  const match = COMMAND.exec(text);
  const { lead = '', github, azure } = match?.groups ?? {};
  if (match === null || (azure !== undefined && !/type=(?:error|warning)/u.test(azure))) return undefined;
  const { length: end } = match[0];
  const properties = github ?? azure ?? '';
  const at = end - (github === undefined ? 1 : 2) - properties.length;
  const values = valuesIn(properties, github === undefined ? ';' : ',', at);
  const { shown, place, suffix } = arranged(text, values);
  const hasMessage = text.slice(end).trim() !== '';
  if (!hasMessage && shown.length === 0) return undefined;
  const parts: CommandPart[] = lead === '' ? [] : [{ from: 0, to: lead.length }];
  let from = lead.length;
  let before: Value | undefined;
  for (const value of shown) {
    const label = separator(before, value.name, suffix);
    parts.push({ from, to: value.from, label, ...(label === ':' && { role: 'place' as const }) });
    parts.push(...decoded(text, value.from, value.to, value.name === 'title' ? 'title' : 'place'));
    from = value.to;
    before = value;
  }
  parts.push({ from, to: end, label: separator(before, hasMessage ? 'message' : undefined, suffix) });
  const isEscaped = properties !== '' || text.startsWith('::', lead.length);
  parts.push(...(isEscaped ? decoded(text, end, text.length) : [{ from: end, to: text.length }]));
  return { parts: parts.filter((part) => part.to > part.from), place };
}

function valuesIn(properties: string, separates: ',' | ';', start: number): Value[] {
  const values: Value[] = [];
  let at = start;
  for (const property of properties.split(separates)) {
    const equals = property.indexOf('=');
    const name = Object.hasOwn(KEYS, property.slice(0, Math.max(0, equals)).trim()) ? KEYS[property.slice(0, equals).trim()] : undefined;
    const from = at + equals + 1;
    const to = at + property.length;
    if (name !== undefined && to > from && values.every((other) => other.name !== name)) values.push({ name, from, to });
    at = to + 1;
  }
  return values;
}

interface Arranged {
  /** The values to draw where they stand. */
  readonly shown: readonly Value[];
  readonly place: SourcePlace | undefined;
  /** The number of the line where it does not follow the file. */
  readonly suffix: string;
}

/** A line counts only with its file, and a column with its line. */
function arranged(text: string, values: readonly Value[]): Arranged {
  const find = (name: Name): Value | undefined => values.find((value) => value.name === name);
  const read = (value: Value): string => unescaped(text.slice(value.from, value.to));
  const [file, line, column] = [find('file'), find('line'), find('column')];
  const main = values.filter((value) => value === file || value.name === 'title' || (value === line && file !== undefined));
  const follows = file !== undefined && line !== undefined && main.indexOf(line) === main.indexOf(file) + 1;
  const shown = main.filter((value) => value !== line || follows);
  const at = line === undefined ? -1 : values.indexOf(line);
  if (follows && column !== undefined && values[at + 1] === column) shown.splice(shown.indexOf(line) + 1, 0, column);
  const place = file && line && { path: read(file), line: read(line), column: column && read(column) };
  return { shown, place, suffix: file !== undefined && line !== undefined && !follows ? `:${read(line)}` : '' };
}

/** What is drawn between two values, or before the message. */
function separator(before: Value | undefined, next: Name | 'message' | undefined, suffix: string): string {
  if (before === undefined) return '';
  if (next === 'line' || next === 'column') return ':';
  const number = before.name === 'file' ? suffix : '';
  if (next === undefined) return number;
  return number + (before.name === 'title' && next === 'message' ? ': ' : ' ');
}

/** The parts of a value, with its escapes drawn as what they stand for. */
function decoded(text: string, from: number, to: number, role?: 'title' | 'place'): CommandPart[] {
  const parts: CommandPart[] = [];
  const add = (part: CommandPart): void => void parts.push(role === undefined ? part : { ...part, role });
  let at = from;
  for (const { index, 0: escape } of text.slice(from, to).matchAll(ESCAPE)) {
    add({ from: at, to: from + index });
    at = from + index + escape.length;
    add({ from: from + index, to: at, label: unescaped(escape) });
  }
  add({ from: at, to });
  return parts;
}

/** A line break is a blank here. */
function unescaped(text: string): string {
  return text.replaceAll(ESCAPE, (escape) => {
    const code = Number.parseInt(escape.slice(-2), 16);
    return code === 0x0d ? '' : code === 0x0a ? ' ' : String.fromCharCode(code);
  });
}
