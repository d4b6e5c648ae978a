import { isLine, type Line } from '../../protocol/line.ts';
import type { EndpointResponse } from './endpoint.ts';

/** The lines of a page of history. Throws when the page is malformed. */
export function linesOf({ body }: EndpointResponse): readonly Line[] {
  const value: unknown = JSON.parse(body);
  const lines: unknown = typeof value === 'object' && value !== null && 'lines' in value ? value.lines : undefined;
  if (!Array.isArray(lines) || !lines.every(isLine)) throw new Error('the page of history is malformed');
  return lines;
}

/** The exit code in `Log-End`; undefined until the log has ended. */
export function endOf({ headers }: EndpointResponse): number | undefined {
  const text = headers.get('log-end');
  return text !== undefined && /^-?\d+$/u.test(text) ? Number(text) : undefined;
}
