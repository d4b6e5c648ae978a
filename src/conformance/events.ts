/** One block of a stream of server-sent events. */
export interface ServerSent {
  readonly kind: 'event' | 'comment';
  readonly id: string | undefined;
  readonly data: string;
  /** Its bytes, including the blank line. */
  readonly size: number;
}

const LINE_END = /\r\n|\r|\n/u;
const BLANK = /\r\n\r\n|\n\n|\r\r/u;

/** The first complete block; undefined if there is none yet. */
export function readServerSent(bytes: Buffer): ServerSent | undefined {
  const text = bytes.toString();
  const blank = BLANK.exec(text);
  if (blank === null) return undefined;
  const block = text.slice(0, blank.index);
  const size = Buffer.byteLength(block + blank[0]);
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split(LINE_END)) {
    const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/su.exec(line) ?? [];
    if (field === 'id') id = value;
    else if (field === 'data') data.push(value);
  }
  return { kind: data.length === 0 ? 'comment' : 'event', id, data: data.join('\n'), size };
}
