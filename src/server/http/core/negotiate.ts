/** The forms a log is read in. */
export type Form = 'json' | 'text' | 'events';

const TYPES: Readonly<Record<Form, string>> = { json: 'application/json', text: 'text/plain', events: 'text/event-stream' };

interface Range {
  readonly pattern: string;
  readonly quality: number;
}

/**
 * The form a request accepts most. Between equals the one that was named more exactly, then JSON (text where it follows).
 * A request that accepts none of them gets what one without `Accept` would: a log is of use to most readers anyway.
 */
export function negotiate(accept: string | undefined, follow: boolean): Form {
  const preferred: readonly Form[] = follow ? ['text', 'json', 'events'] : ['json', 'text', 'events'];
  const fallback: Form = follow ? 'text' : 'json';
  const ranges = parseList(accept ?? '*/*');
  let best: { readonly form: Form; readonly quality: number; readonly exactness: number } | undefined;
  for (const form of preferred) {
    const match = matchOf(ranges, TYPES[form]);
    if (match.quality === 0) continue;
    const better =
      best === undefined || match.quality > best.quality || (match.quality === best.quality && match.exactness > best.exactness);
    if (better) best = { form, ...match };
  }
  return best?.form ?? fallback;
}

/** Whether `Accept-Encoding` allows gzip. */
export function acceptsGzip(acceptEncoding: string | undefined): boolean {
  const codings = parseList(acceptEncoding ?? '');
  const named = codings.find(({ pattern }) => pattern === 'gzip' || pattern === 'x-gzip') ?? codings.find(({ pattern }) => pattern === '*');
  return (named?.quality ?? 0) > 0;
}

/** The most exact range that matches decides, whatever the others say. */
function matchOf(ranges: readonly Range[], type: string): { readonly quality: number; readonly exactness: number } {
  const patterns = ['*/*', `${type.slice(0, type.indexOf('/'))}/*`, type];
  for (let exactness = patterns.length - 1; exactness >= 0; exactness -= 1) {
    const range = ranges.find(({ pattern }) => pattern === patterns[exactness]);
    if (range !== undefined) return { quality: range.quality, exactness };
  }
  return { quality: 0, exactness: 0 };
}

function parseList(header: string): Range[] {
  return header.split(',').map((item) => {
    const [pattern = '', ...params] = item.split(';').map((part) => part.trim().toLowerCase());
    const weight = params.find((param) => param.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    return { pattern, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  });
}
