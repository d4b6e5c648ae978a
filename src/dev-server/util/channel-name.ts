import { isChannel } from '../../protocol/topic.ts';

/** Characters, few enough to be read at a glance. */
const LENGTH = 40;

/** What of a text can stand in one segment of a channel: `npm run build` becomes `npm-run-build`. */
export function slug(text: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9._@]+/gu, '-')
    .slice(0, LENGTH)
    .replaceAll(/^[-.]+|[-.]+$/gu, '');
  return plain === '' ? 'log' : plain;
}

/** Whether a text names a channel that has a path of its own over HTTP: no segment is empty, `.` or `..`. */
export function isPlainChannel(text: string): boolean {
  return isChannel(text) && text.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');
}
