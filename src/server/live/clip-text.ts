import { cutAfter } from '../../protocol/cut.ts';
import { carryAfter } from '../../protocol/sgr.ts';

/** Text, and the SGR parameters in force at its start. */
export interface CarriedText {
  readonly text: string;
  readonly carry: string;
}

/** The last part of a text, of at most `limit` UTF-8 bytes. */
export function clipText(whole: CarriedText, limit: number): CarriedText {
  const at = tailStart(whole.text, limit);
  // The text cut off may have set the colour of the rest.
  return at === 0 ? whole : { text: whole.text.slice(at), carry: carryAfter(whole.carry, whole.text.slice(0, at)) };
}

/** Where the last `limit` UTF-8 bytes of a text begin, without splitting a sequence or a cluster. */
export function tailStart(text: string, limit: number): number {
  // A code unit takes at least one byte, so that no more of them fit.
  const from = Math.max(0, text.length - limit);
  const bytes = Buffer.from(text.slice(from));
  if (bytes.length <= limit) return cutAfter(text, from);
  let at = bytes.length - limit;
  while (((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return cutAfter(text, text.length - bytes.toString('utf8', at).length);
}
