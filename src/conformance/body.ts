import { numberedLine } from './pattern.ts';

/** The body of a request: text in UTF-8, bytes, or a description of something long. */
export type Body =
  | string
  | readonly Body[]
  | { readonly bytes: readonly number[] }
  | { readonly repeat: string; readonly times: number }
  /** The numbered lines from one number to another. */
  | { readonly numbered: readonly [from: number, to: number] };

export function bodyBytes(body: Body): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  if (isList(body)) return Buffer.concat(body.map(bodyBytes));
  if ('bytes' in body) return Buffer.from(body.bytes);
  if ('repeat' in body) return Buffer.from(body.repeat.repeat(body.times));
  const [from, to] = body.numbered;
  let text = '';
  for (let number = from; number <= to; number += 1) text += `${numberedLine(number)}\n`;
  return Buffer.from(text);
}

function isList(body: Body): body is readonly Body[] {
  return Array.isArray(body);
}
