import { LIMITS } from '../../protocol/limits.ts';

/** The lines of an answer as they arrive, without empty ones. Throws when one is longer than the limit. Cancels the answer when left. */
export async function* textLines({ body }: Response): AsyncGenerator<string, void> {
  const reader = body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const lines = (rest + decoder.decode(piece.value, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LIMITS.answerLength) throw new RangeError(`A line is longer than ${LIMITS.answerLength} characters.`);
      for (const line of lines) if (line !== '') yield line;
    }
    if (rest !== '') yield rest;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
