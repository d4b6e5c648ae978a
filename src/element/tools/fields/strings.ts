import { count } from '../../strings.ts';

/** Every text of the fields of structured lines. */
export const FIELD_STRINGS = {
  toggle: 'Fields',
  fieldsOf: (line: number): string => `Fields of line ${count(line)}`,
  opened: (fields: number): string => `${count(fields)} ${fields === 1 ? 'field' : 'fields'}`,
  copy: (name: string): string => `Copy ${name}`,
  copied: (name: string): string => `Copied ${name}`,
  filter: (name: string): string => `Show only lines with this ${name}`,
  /** Lines of a value that are not shown. */
  moreLines: (lines: number): string => `+${count(lines)} ${lines === 1 ? 'line' : 'lines'}`,
  cutFields: (fields: number): string => `Only the first ${count(fields)} fields are shown.`,
  cutText: (kibibytes: number): string => `Only the first ${count(kibibytes)} KiB of this line were read.`,
} as const;
