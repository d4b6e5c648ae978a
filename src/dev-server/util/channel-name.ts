import { isChannel } from '../../protocol/topic.ts';

/** Longest slug, characters: short enough to read at a glance. */
const MAX_LENGTH = 40;

/** Turns a text into a segment of a channel name: `npm run build` becomes `npm-run-build`. */
export function slug(text: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9._@]+/gu, '-')
    .slice(0, MAX_LENGTH)
    .replaceAll(/^[-.]+|[-.]+$/gu, '');
  return plain === '' ? 'log' : plain;
}

/** Whether a channel name can be used in a URL path: no segment is empty, `.` or `..`. */
export function isPlainChannel(text: string): boolean {
  return isChannel(text) && text.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
