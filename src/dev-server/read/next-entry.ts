import type { WholeLine } from '../../protocol/search/whole-lines.ts';
import type { LogReader, LogSnapshot } from './log-reader.ts';
import { findLines } from './find-lines.ts';

/** The first entry of a level or above after a line; undefined if there is none. A server that cannot seek has its lines read. */
export async function nextEntry(
  reader: LogReader,
  state: LogSnapshot,
  { level, after }: { readonly level: number; readonly after: number },
  signal?: AbortSignal,
): Promise<number | undefined> {
  const { epoch, head } = state;
  if (state.has.has('seek') && state.has.has('marks')) return (await reader.seek({ epoch, level, after }))?.line;
  let found: number | undefined;
  const isEntry = ({ extra }: WholeLine): boolean => extra?.k !== 1 && extra?.r !== 1;
  await findLines(
    reader,
    state,
    { q: '', level },
    { after, upto: head, isBrief: true },
    {
      onLine: (line) => {
        if (isEntry(line)) found = line.from;
        return found === undefined;
      },
      ...(signal !== undefined && { signal }),
    },
  );
  return found;
}
