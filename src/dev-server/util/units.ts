const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** Parses `90s`, `1h30m`, `7d` or a bare number of seconds as ms; undefined for anything else, and for zero. */
export function parseDuration(text: string): number | undefined {
  const seconds = /^\d{1,9}$/u.test(text) ? `${text}s` : text;
  if (!/^(?:\d{1,9}(?:ms|s|m|h|d))+$/u.test(seconds)) return undefined;
  let total = 0;
  for (const [, count, unit] of seconds.matchAll(/(\d+)(ms|s|m|h|d)/gu)) total += Number(count) * (UNITS.get(unit ?? '') ?? 0);
  return total > 0 ? total : undefined;
}

/** Default lifetime of a topic, seconds. */
export const DEFAULT_TTL = 86_400;

/** Parses the lifetime of a topic: a time of {@link parseDuration}, as at least 1 second, or `never`. */
export function parseTtl(text: string): number | 'never' | undefined {
  if (text === 'never') return text;
  const span = parseDuration(text);
  return span === undefined ? undefined : Math.max(1, Math.round(span / 1_000));
}

/** The signer's option for a lifetime. */
export function ttlOption(ttl: number | 'never'): { readonly ttl?: number } {
  return ttl === 'never' ? {} : { ttl };
}

/** Parses `500`, `64k`, `10M`, `2G` (powers of 1,024) as bytes; undefined for anything else, and for zero. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d{1,15})([kmg]?)(?:i?b)?$/iu.exec(text);
  if (match === null) return undefined;
  const bytes = Number(match[1]) * 1_024 ** ['', 'k', 'm', 'g'].indexOf((match[2] ?? '').toLowerCase());
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
