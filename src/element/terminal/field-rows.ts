import {
  MAX_FIELDS,
  MAX_STRUCTURED,
  arrayItems,
  objectFields,
  pairFields,
  startOfFields,
  structuredFields,
  type Field,
  type ObjectFields,
} from './structured-fields.ts';

/** A field as a reader sees it: the path of its key, and its value without quotes and escapes. */
export interface FieldRow {
  readonly path: string;
  readonly value: string;
  /** Its own key and value as the line has them, with their escapes; undefined for an item of an array, which has no key. */
  readonly written: { readonly key: string; readonly value: string } | undefined;
}

export interface FieldRows {
  readonly rows: readonly FieldRow[];
  /** What was left out: fields beyond {@link MAX_FIELDS}, or text beyond {@link MAX_STRUCTURED}. */
  readonly cut: 'fields' | 'text' | undefined;
}

/** A pair whose end was cut off. */
const PART_OF_PAIR = /^[\w@][\w@./-]*(?:="(?:[^"\\]|\\.)*)?$/su;
/** Objects are opened down to this depth; deeper ones are shown as they stand. */
const MAX_DEPTH = 16;

/**
 * The fields of a structured line, in order: those of nested objects by their path (`err.stack`, `errors[0].code`). Undefined for any
 * other line. Of a line that is too long only its start is read. Accepts any text.
 */
export function fieldRows(text: string): FieldRows | undefined {
  const isLong = text.length > MAX_STRUCTURED;
  const read = isLong ? text.slice(0, MAX_STRUCTURED) : text;
  const start = startOfFields(read);
  const isObject = read[start] === '{';
  const found = isObject ? objectFields(read, start + 1) : pairFields(read, start);
  const rest = found.end === undefined ? undefined : read.slice(found.end).trim();
  const isCutOff = isLong && (rest === undefined || (!isObject && PART_OF_PAIR.test(rest)));
  if (found.fields.length < (isObject ? 1 : 2) || !(isCutOff || rest === '')) return undefined;
  const rows = new RowCollector(read, isObject);
  rows.addObject(undefined, found, 0);
  return { rows: rows.rows, cut: rows.isFull ? 'fields' : isLong ? 'text' : undefined };
}

/** Whether a line has fields, so that they can be shown. */
export function hasFields(text: string): boolean {
  if (!/[{=]/u.test(text)) return false;
  return (text.length > MAX_STRUCTURED ? fieldRows(text) : structuredFields(text)) !== undefined;
}

/** Collects rows until there are as many as are shown. */
class RowCollector {
  readonly rows: FieldRow[] = [];
  isFull = false;
  readonly #text: string;
  readonly #isJson: boolean;

  constructor(text: string, isJson: boolean) {
    this.#text = text;
    this.#isJson = isJson;
  }

  addObject(path: string | undefined, { fields, hasMore }: ObjectFields, depth: number): void {
    for (const { key, from, to } of fields) {
      const name = unescaped(key);
      this.#add(path === undefined ? name : `${path}.${name}`, { key, from, to }, depth);
      if (this.isFull) return;
    }
    this.isFull = hasMore;
  }

  #add(path: string, { key, from, to }: Omit<Field, 'key'> & { readonly key?: string }, depth: number): void {
    const text = this.#text;
    const isString = text[from - 1] === '"';
    const opening = isString || !this.#isJson || depth >= MAX_DEPTH ? '' : text[from];
    const object = opening === '{' ? objectFields(text.slice(0, to), from + 1) : undefined;
    if (object?.end === to && object.fields.length > 0) return this.addObject(path, object, depth + 1);
    const items = opening === '[' ? arrayItems(text.slice(0, to), from + 1) : [];
    // An array without objects is read best as it stands.
    if (items.some((item) => text[item.from] === '{' && text[item.from - 1] !== '"')) return this.#addItems(path, items, depth + 1);
    if (this.rows.length === MAX_FIELDS) this.isFull = true;
    else {
      const value = text.slice(from, to);
      this.rows.push({ path, value: isString ? unescaped(value) : value, written: key === undefined ? undefined : { key, value } });
    }
  }

  #addItems(path: string, items: ReturnType<typeof arrayItems>, depth: number): void {
    for (const [at, item] of items.entries()) {
      if (this.isFull) return;
      this.#add(`${path}[${at}]`, item, depth);
    }
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** The text that a string with JSON's escapes stands for; one that is malformed stands for itself. */
function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:u(?<code>[\dA-Fa-f]{4})|(?<character>[^u]))/gsu,
    (_all, code: string | undefined, character: string | undefined) =>
      code === undefined ? (ESCAPES[character ?? ''] ?? character ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
