/** A topic whose signature nobody checks: for the session, which only reads it. */
export function topicOf(channel: string, claims: { t?: number; x?: number } = {}, signature = 'abc'): string {
  return `${btoa(JSON.stringify({ c: channel, t: 1_000, ...claims }))}--${signature}`;
}
