/** A topic with an invalid signature: the session does not verify it. */
export function topicOf(channel: string, claims: { t?: number; x?: number } = {}, signature = 'abc'): string {
  return `${btoa(JSON.stringify({ c: channel, t: 1_000, ...claims }))}--${signature}`;
}
