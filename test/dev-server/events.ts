export interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The events of an answer, each with its JSON read. */
export async function* parseEvents(answer: Response): AsyncGenerator<ServerEvent, undefined> {
  let held = '';
  for await (const chunk of answer.body ?? []) {
    const blocks = (held + Buffer.from(chunk).toString()).split('\n\n');
    held = blocks.pop() ?? '';
    for (const block of blocks) {
      const name = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (name !== undefined && data !== undefined) yield { name, data: JSON.parse(data) };
    }
  }
  return undefined;
}
