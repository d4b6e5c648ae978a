/** The representations of a log. */
export type Form = 'json' | 'text' | 'events';

const TYPES: Readonly<Record<Form, string>> = { json: 'application/json', text: 'text/plain', events: 'text/event-stream' };

interface Range {
  readonly pattern: string;
  readonly quality: number;
}

/**
 * The representation a request prefers. Of equal weights the more specific media range wins, then JSON (text when following).
 * A request that accepts none of them is served as one without `Accept`: most clients can use the log anyway.
 */
export function negotiate(accept: string | undefined, follow: boolean): Form {
  const preferred: readonly Form[] = follow ? ['text', 'json', 'events'] : ['json', 'text', 'events'];
  const fallback: Form = follow ? 'text' : 'json';
  const ranges = parseList(accept ?? '*/*');
  let best: { readonly form: Form; readonly quality: number; readonly specificity: number } | undefined;
  for (const form of preferred) {
    const match = matchOf(ranges, TYPES[form]);
    if (match.quality === 0) continue;
    const better =
      best === undefined || match.quality > best.quality || (match.quality === best.quality && match.specificity > best.specificity);
    if (better) best = { form, ...match };
  }
  return best?.form ?? fallback;
}

/** The content codings this server sends. */
export type ContentCoding = 'br' | 'gzip';

/** The coding in `offered` that `Accept-Encoding` weighs highest, the first of equals; undefined for none, not even by `*`. */
export function contentCoding<T extends ContentCoding>(acceptEncoding: string | undefined, offered: readonly T[]): T | undefined {
  const ranges = parseList(acceptEncoding ?? '');
  let best: { readonly coding: T; readonly quality: number } | undefined;
  for (const coding of offered) {
    const names = coding === 'gzip' ? ['gzip', 'x-gzip'] : [coding];
    const range = ranges.find(({ pattern }) => names.includes(pattern)) ?? ranges.find(({ pattern }) => pattern === '*');
    const quality = range?.quality ?? 0;
    if (quality > (best?.quality ?? 0)) best = { coding, quality };
  }
  return best?.coding;
}

/** Whether `Accept-Encoding` allows gzip. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  return contentCoding(acceptEncoding, ['gzip']) !== undefined;
}

/** The most specific range that matches decides. */
function matchOf(ranges: readonly Range[], type: string): { readonly quality: number; readonly specificity: number } {
  const patterns = ['*/*', `${type.slice(0, type.indexOf('/'))}/*`, type];
  for (let specificity = patterns.length - 1; specificity >= 0; specificity -= 1) {
    const range = ranges.find(({ pattern }) => pattern === patterns[specificity]);
    if (range !== undefined) return { quality: range.quality, specificity };
  }
  return { quality: 0, specificity: 0 };
}

function parseList(header: string): Range[] {
  return header.split(',').map((item) => {
    const [pattern = '', ...params] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = params.find((param) => param.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return { pattern, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  });
}
