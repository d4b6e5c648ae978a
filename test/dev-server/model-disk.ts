import type { FileIdentity, FileLocation, SourceFile } from '../../src/dev-server/follow/file-reader.ts';

interface Inode extends FileIdentity {
  bytes: Buffer;
  readonly born: number;
}

/** A folder in memory, on which files are written, renamed and removed as on a disk. */
export class ModelDisk implements FileLocation {
  readonly #names = new Map<string, Inode>();
  readonly #path: string;
  readonly #isUnique: boolean;
  #made = 0;
  #clock = 0;
  opened = 0;

  constructor(path: string, isUnique = true) {
    this.#path = path;
    this.#isUnique = isUnique;
  }

  /** Creates the file where there is none, as with `>>`. */
  append(name: string, text: string): void {
    const inode = this.#inode(name);
    inode.bytes = Buffer.concat([inode.bytes, Buffer.from(text)]);
  }

  /** As with `>`: the file stays the same, its content does not. */
  truncate(name: string, text = ''): void {
    this.#inode(name).bytes = Buffer.from(text);
  }

  /** Writes over what is there, from the start, and leaves what lies beyond. */
  overwrite(name: string, text: string): void {
    const inode = this.#inode(name);
    inode.bytes = Buffer.concat([Buffer.from(text), inode.bytes.subarray(Buffer.byteLength(text))]);
  }

  /** Truncates under a writer that goes on at its old offset. */
  hollow(name: string, text: string): void {
    const inode = this.#inode(name);
    inode.bytes = Buffer.concat([Buffer.alloc(inode.bytes.length), Buffer.from(text)]);
  }

  rename(from: string, to: string): void {
    const inode = this.#names.get(from);
    if (inode === undefined) return;
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  copy(from: string, to: string): void {
    const inode = this.#names.get(from);
    if (inode === undefined) return;
    this.#names.delete(to);
    this.append(to, inode.bytes.toString());
  }

  remove(name: string): void {
    this.#names.delete(name);
  }

  text(name: string): string {
    return this.#names.get(name)?.bytes.toString() ?? '';
  }

  now(): number {
    return this.#clock;
  }

  /** Time passes. */
  tick(): void {
    this.#clock += 1;
  }

  open(): Promise<SourceFile | undefined> {
    const inode = this.#names.get(this.#path);
    return Promise.resolve(inode === undefined ? undefined : this.#open(inode));
  }

  named(): Promise<(FileIdentity & { readonly size: number }) | undefined> {
    const inode = this.#names.get(this.#path);
    return Promise.resolve(inode === undefined ? undefined : { id: inode.id, isUnique: inode.isUnique, size: inode.bytes.length });
  }

  copiesSince(moment: number): Promise<readonly SourceFile[]> {
    return Promise.resolve(
      [...this.#names].filter(([name, { born }]) => name !== this.#path && born >= moment).map(([, inode]) => this.#open(inode)),
    );
  }

  #inode(name: string): Inode {
    let inode = this.#names.get(name);
    if (inode === undefined) {
      this.#made += 1;
      inode = { id: String(this.#made), isUnique: this.#isUnique, bytes: Buffer.alloc(0), born: this.#clock };
      this.#names.set(name, inode);
    }
    return inode;
  }

  #open(inode: Inode): SourceFile {
    this.opened += 1;
    return {
      id: inode.id,
      isUnique: inode.isUnique,
      sizeNow: () => inode.bytes.length,
      size: () => Promise.resolve(inode.bytes.length),
      read: (at, length) => Promise.resolve(Buffer.from(inode.bytes.subarray(at, at + length))),
      close: () => {
        this.opened -= 1;
        return Promise.resolve();
      },
    };
  }
}
