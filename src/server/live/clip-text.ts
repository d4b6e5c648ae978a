import { cutAfter } from '../../protocol/cut.ts';
import { carryAfter } from '../../protocol/sgr.ts';

/** Text, and the SGR parameters in force at its start. */
export interface CarriedText {
  readonly text: string;
  readonly carry: string;
}

/** The end of a text that has at most `limit` UTF-8 bytes. */
export function clipText(whole: CarriedText, limit: number): CarriedText {
  const at = tailStart(whole.text, limit);
  // What is cut off may have set the colour of the rest.
  return at === 0 ? whole : { text: whole.text.slice(at), carry: carryAfter(whole.carry, whole.text.slice(0, at)) };
}

/** Where the end of a text begins that has at most `limit` UTF-8 bytes and splits nothing. */
export function tailStart(text: string, limit: number): number {
  // A code unit takes a byte at least, so that more of them never fit.
  const from = Math.max(0, text.length - limit);
  const bytes = Buffer.from(text.slice(from));
  if (bytes.length <= limit) return cutAfter(text, from);
  let at = bytes.length - limit;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return cutAfter(text, text.length - bytes.toString('utf8', at).length);
}
