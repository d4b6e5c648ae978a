import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileMark, MARK_BYTES } from '../../src/dev-server/follow/file-mark.ts';
import { FileReader } from '../../src/dev-server/follow/file-reader.ts';
import { ModelDisk } from './model-disk.ts';

const LOG = 'app.log';

/** A reader and all it gave: text, and what it said in `<>`. */
function reading(disk: ModelDisk): { readonly reader: FileReader; readonly look: () => Promise<string> } {
  const reader = new FileReader(disk, undefined);
  const look = async (): Promise<string> => {
    let text = '';
    for (;;) {
      const step = await reader.next();
      disk.tick();
      if (step.kind === 'idle') return text;
      text += step.kind === 'bytes' ? step.bytes.toString() : `<${step.why}${step.lost === 0 ? '' : ` ${step.lost}`}>`;
    }
  };
  return { reader, look };
}

/** What a reader gives that looks before and after `change`. */
async function after(content: string, change: (disk: ModelDisk) => void): Promise<string> {
  const disk = new ModelDisk(LOG);
  disk.append(LOG, content);
  const { look } = reading(disk);
  expect(await look()).toBe(content);
  change(disk);
  return look();
}

describe('reading a file', () => {
  it.each<[string, string, (disk: ModelDisk) => void, string]>([
    ['appended to', 'a\nb\n', (disk) => disk.append(LOG, 'c\n'), 'c\n'],
    ['untouched', 'a\nb\n', () => undefined, ''],
    ['truncated', 'a\nb\n', (disk) => disk.truncate(LOG), '<truncated>'],
    ['truncated and written again, shorter', 'a\nb\n', (disk) => disk.truncate(LOG, 'x\n'), '<truncated>x\n'],
    ['truncated and written again, equally long', 'a\nb\n', (disk) => disk.truncate(LOG, 'x\ny\n'), '<rewritten>x\ny\n'],
    ['truncated and written again, longer', 'a\nb\n', (disk) => disk.truncate(LOG, 'x\ny\nz\n'), '<rewritten>x\ny\nz\n'],
    ['written again with the same start', 'a\nb\n', (disk) => disk.truncate(LOG, 'a\nc\nd\n'), '<rewritten>a\nc\nd\n'],
    ['written again with the same end', 'a\nb\n', (disk) => disk.truncate(LOG, 'c\nb\nd\n'), '<rewritten>c\nb\nd\n'],
    ['written over in place', 'a\nb\nc\n', (disk) => disk.overwrite(LOG, 'x\n'), '<rewritten>x\nb\nc\n'],
    ['truncated in the middle of a line', 'a\nhal', (disk) => disk.truncate(LOG, 'x\ny\nz\n'), '<rewritten>x\ny\nz\n'],
    ['truncated under a writer that goes on at its offset', 'a\nb\n', (disk) => disk.hollow(LOG, 'c\n'), '<truncated>c\n'],
    ['replaced by one of the same size', 'a\nb\n', (disk) => (disk.remove(LOG), disk.append(LOG, 'x\ny\n')), '<replaced>x\ny\n'],
    ['replaced by one with the same text', 'a\nb\n', (disk) => (disk.remove(LOG), disk.append(LOG, 'a\nb\n')), '<replaced>a\nb\n'],
    ['removed', 'a\nb\n', (disk) => disk.remove(LOG), ''],
    [
      'renamed, written to, and another one made',
      'a\n',
      (disk) => (disk.rename(LOG, 'old'), disk.append('old', 'b\n'), disk.append(LOG, 'c\n')),
      'b\n<replaced>c\n',
    ],
    ['renamed, and an empty one made', 'a\n', (disk) => (disk.rename(LOG, 'old'), disk.append('old', 'b\n'), disk.append(LOG, '')), 'b\n'],
    ['renamed and back', 'a\n', (disk) => (disk.rename(LOG, 'old'), disk.append('old', 'b\n'), disk.rename('old', LOG)), 'b\n'],
    [
      'copied and truncated before all was read',
      'a\n',
      (disk) => (disk.append(LOG, 'b\n'), disk.copy(LOG, 'app.log.1'), disk.truncate(LOG, 'c\n')),
      'b\n<rewritten>c\n',
    ],
    [
      'copied and truncated under a writer that goes on at its offset',
      'a\n',
      (disk) => (disk.append(LOG, 'b\n'), disk.copy(LOG, 'app.log.1'), disk.hollow(LOG, 'c\n')),
      'b\n<truncated>c\n',
    ],
  ])('that was %s', async (_what, content, change, expected) => {
    expect(await after(content, change)).toBe(expected);
  });

  it('starts again when it was empty in between, even with the same text', async () => {
    const disk = new ModelDisk(LOG);
    disk.append(LOG, 'a\nb\n');
    const { look, reader } = reading(disk);
    expect(await look()).toBe('a\nb\n');
    disk.truncate(LOG);
    reader.noteChange();
    disk.append(LOG, 'a\nb\nc\n');
    reader.noteChange();
    expect(await look()).toBe('<truncated>a\nb\nc\n');
    disk.hollow(LOG, 'd\n');
    reader.noteChange();
    expect(await look()).toBe('<truncated>d\n');
    disk.append(LOG, 'e\n');
    reader.noteChange();
    expect(await look()).toBe('e\n');
  });

  it('does not confuse it with an older file that begins alike', async () => {
    const disk = new ModelDisk(LOG);
    disk.append('app.log.1', 'a\nyesterday\n');
    disk.tick();
    disk.append(LOG, 'a\n');
    const { look } = reading(disk);
    expect(await look()).toBe('a\n');
    disk.truncate(LOG, 'b\n');
    expect(await look()).toBe('<rewritten>b\n');
  });

  it('continues where it stopped when a link points to it again, unless it was replaced', async () => {
    const disk = new ModelDisk(LOG);
    disk.append('one', 'one\n');
    disk.append('two', 'two\n');
    disk.rename('one', LOG);
    const { look } = reading(disk);
    expect(await look()).toBe('one\n');
    disk.rename(LOG, 'one');
    disk.rename('two', LOG);
    expect(await look()).toBe('<replaced>two\n');
    disk.append('one', 'more\n');
    disk.rename(LOG, 'two');
    disk.rename('one', LOG);
    expect(await look()).toBe('<replaced>more\n');
    disk.rename(LOG, 'one');
    disk.truncate('two', 'new\nand\n');
    disk.rename('two', LOG);
    expect(await look()).toBe('<replaced><rewritten>new\nand\n');
  });

  it('starts from the beginning where the system cannot tell it from an older file', async () => {
    const disk = new ModelDisk(LOG, false);
    disk.append(LOG, 'one\n');
    const { look } = reading(disk);
    expect(await look()).toBe('one\n');
    disk.rename(LOG, 'old');
    disk.append(LOG, 'two\n');
    expect(await look()).toBe('<replaced>two\n');
    disk.rename('old', LOG);
    expect(await look()).toBe('<replaced>one\n');
  });

  it('reports how many bytes were lost when it was truncated before all was read', async () => {
    const disk = new ModelDisk(LOG);
    const line = `${'x'.repeat(999)}\n`;
    disk.append(LOG, line.repeat(1_000));
    const { reader } = reading(disk);
    const first = await reader.next();
    if (first.kind !== 'bytes') throw new Error('nothing was read');
    disk.truncate(LOG, 'new\n');
    expect(await reader.next()).toEqual({ kind: 'break', why: 'truncated', lost: 1_000_000 - first.bytes.length });
    expect(await reader.next()).toEqual({ kind: 'bytes', bytes: Buffer.from('new\n') });
  });

  it('reopens it after a read error, and continues', async () => {
    const disk = new ModelDisk(LOG);
    disk.append(LOG, 'one\n');
    const file = await disk.open();
    if (file === undefined) throw new Error('there is no file');
    let isBroken = false;
    const read = file.read.bind(file);
    const reader = new FileReader(disk, { ...file, read: (...range) => (isBroken ? Promise.reject(new Error('stale')) : read(...range)) });
    expect(await reader.next()).toEqual({ kind: 'bytes', bytes: Buffer.from('one\n') });
    isBroken = true;
    disk.append(LOG, 'two\n');
    await expect(reader.next()).rejects.toThrow('stale');
    expect(await reader.next()).toEqual({ kind: 'bytes', bytes: Buffer.from('two\n') });
    await reader.close();
    expect(disk.opened).toBe(0);
  });
});

describe('the mark of a file', () => {
  it('is its bounded start and end, however it was cut into chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 0, maxLength: 3 * MARK_BYTES, size: 'max' }), { maxLength: 6 }), (chunks) => {
        const mark = new FileMark();
        for (const chunk of chunks) mark.advance(Buffer.from(chunk));
        const whole = Buffer.concat(chunks);
        expect(mark.position).toBe(whole.length);
        expect(mark.head.equals(whole.subarray(0, MARK_BYTES))).toBe(true);
        expect(mark.tail.equals(whole.subarray(-MARK_BYTES))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each([2, 2 * MARK_BYTES - 1, 2 * MARK_BYTES])('shows any other content of %d bytes', (length) => {
    const mark = new FileMark();
    const content = Buffer.alloc(length, 'x');
    mark.advance(content);
    for (const at of [0, length >> 1, length - 1]) {
      const other = Buffer.from(content);
      other[at] = 0x79;
      expect(mark.compare(other.subarray(0, MARK_BYTES), other.subarray(-MARK_BYTES))).toBe('rewritten');
    }
    expect(mark.compare(content.subarray(0, MARK_BYTES), content.subarray(-MARK_BYTES))).toBe('same');
  });
});

type Operation =
  | { readonly do: 'append' | 'truncate' | 'overwrite' | 'hollow' | 'copytruncate'; readonly lines: number; readonly open: boolean }
  | { readonly do: 'rotate' | 'replace'; readonly lines: number; readonly open: boolean };

describe('any sequence of changes', () => {
  const operation: fc.Arbitrary<Operation> = fc.record({
    do: fc.constantFrom('append', 'append', 'append', 'truncate', 'overwrite', 'hollow', 'copytruncate', 'rotate', 'replace'),
    lines: fc.integer({ min: 0, max: 4 }),
    // Whether the last line is left without its end.
    open: fc.boolean(),
  });

  it('yields every line that still exists once, whole and in order, when it reads after each change', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        const disk = new ModelDisk(LOG);
        const { look, reader } = reading(disk);
        let count = 0;
        let given = await look();
        let expected = '';
        for (const { do: what, lines, open } of operations) {
          // Each line is another one, so that nothing is there twice by chance.
          const fresh = Array.from({ length: lines }, () => `line ${(count += 1)}\n`).join('');
          const text = open ? `${fresh}half ${(count += 1)} ` : fresh;
          const before = disk.text(LOG);
          if (what === 'append') disk.append(LOG, text);
          else if (what === 'truncate') disk.truncate(LOG, text);
          else if (what === 'overwrite') disk.overwrite(LOG, text);
          else if (what === 'hollow') disk.hollow(LOG, text);
          else if (what === 'copytruncate') {
            disk.append(LOG, text);
            disk.copy(LOG, 'app.log.1');
            disk.truncate(LOG);
          } else {
            if (what === 'rotate') disk.rename(LOG, 'app.log.1');
            else disk.remove(LOG);
            disk.append(LOG, text);
          }
          // Told apart by what is there, not by what was done: an empty change changes nothing.
          const now = disk.text(LOG);
          if (what === 'append') expected += text;
          // Of a file of which nothing was read a copy cannot be told.
          else if (what === 'copytruncate') expected += before === '' ? '' : text;
          else if (what === 'hollow') expected += text;
          else if (now !== before && what === 'overwrite') expected += now.replace(/^\0+/, '');
          else if (what !== 'overwrite') expected += text;
          given += await look();
          expect(given.replaceAll(/<[a-z]+>/g, '')).toBe(expected);
        }
        await reader.close();
        expect(disk.opened).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('yields no line twice or torn, and all that still exist, however rarely it reads', async () => {
    const change = fc.record({ change: operation, look: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 25 }), async (changes) => {
        const disk = new ModelDisk(LOG);
        const { look } = reading(disk);
        const written = new Set<string>();
        let given = await look();
        let count = 0;
        for (const { change: made, look: looks } of changes) {
          const fresh = Array.from({ length: made.lines }, () => `line ${(count += 1)}\n`);
          for (const line of fresh) written.add(line);
          const text = fresh.join('');
          if (made.do === 'append') disk.append(LOG, text);
          else if (made.do === 'copytruncate') {
            disk.copy(LOG, 'app.log.1');
            disk.truncate(LOG, text);
          } else if (made.do === 'rotate') {
            disk.rename(LOG, 'app.log.1');
            disk.append(LOG, text);
          } else if (made.do === 'replace') {
            disk.remove(LOG);
            disk.append(LOG, text);
          } else disk.truncate(LOG, text);
          if (looks) given += await look();
        }
        given += await look();
        const lines = given
          .replaceAll(/<[^>]*>/g, '')
          .split(/(?<=\n)/)
          .filter((line) => line !== '');
        expect(lines.filter((line) => !written.has(line))).toEqual([]);
        expect(new Set(lines).size).toBe(lines.length);
        for (const line of disk.text(LOG).split(/(?<=\n)/)) if (line !== '') expect(lines).toContain(line);
      }),
      { numRuns: 500 },
    );
  });
});
