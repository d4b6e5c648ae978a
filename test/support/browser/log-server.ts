// The log server behind every page of the browser tests: the built one, at /log-stream of the page's own origin.

/** A signed topic for a channel; with `write`, one that may append. */
export async function sign(channel: string, options: { write?: boolean } = {}): Promise<string> {
  const query = new URLSearchParams({ channel, ...(options.write ? { write: '1' } : {}) });
  return (await fetch(`/__sign?${query.toString()}`)).text();
}

/** Appends text as a producer would; resolves once it is kept. */
export async function append(channel: string, text: string, query: { end?: number } = {}): Promise<void> {
  const address = new URL(`/log-stream/topics/${channel}`, location.href);
  if (query.end !== undefined) address.searchParams.set('end', String(query.end));
  const topic = await sign(channel, { write: true });
  const response = await fetch(address, { method: 'POST', body: text, headers: { authorization: `Bearer ${topic}` } });
  if (!response.ok) throw new Error(`The append was answered ${response.status}: ${await response.text()}`);
}
