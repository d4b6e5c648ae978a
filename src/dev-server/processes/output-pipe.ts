import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../protocol/message-of.ts';
import { codeOf, CommandError } from '../util/errors.ts';

/** The most a pipe holds, bytes, unless a privileged process widened it. */
const CAPACITY = 1_024 * 1_024;

/**
 * A pipe from a program to this process. What `spawn` makes for `'pipe'` is a socket, one for each output: they have no
 * order between them, and a program cannot open a socket by the name `/dev/stderr`. The write end of a pipe can be
 * given to a program as both of its outputs.
 */
export class OutputPipe {
  /** To be given to the program. */
  readonly writeEnd: number;
  readonly #readEnd: number;
  readonly #socket: Socket;
  #wake: () => void = () => {};
  #isLast = false;

  private constructor(readEnd: number, writeEnd: number) {
    this.#readEnd = readEnd;
    this.writeEnd = writeEnd;
    this.#socket = new Socket({ fd: readEnd, readable: true, writable: false });
    // An error is followed by `close`.
    for (const event of ['readable', 'end', 'close', 'error']) this.#socket.on(event, () => this.#wake());
  }

  /** Rejects with CommandError where no pipe can be made. */
  static async open(): Promise<OutputPipe> {
    try {
      return await OutputPipe.#make();
    } catch (error) {
      throw new CommandError(`Can't make a pipe in ${tmpdir()}: ${messageOf(error)}. Set TMPDIR to a folder that can be written to.`);
    }
  }

  static async #make(): Promise<OutputPipe> {
    const folder = await mkdtemp(join(tmpdir(), 'log-stream-'));
    try {
      const path = join(folder, 'pipe');
      await promisify(execFile)('mkfifo', ['-m', '600', path]);
      const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        return new OutputPipe(readEnd, openSync(path, constants.O_WRONLY));
      } catch (error) {
        closeSync(readEnd);
        throw error;
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** The program has the write end: with it and all it started the pipe ends. */
  handOver(): void {
    closeSync(this.writeEnd);
  }

  /** Hands on chunks one at a time until the pipe ends or `finish` is called. Rejects with what `take` does. */
  async pump(take: (chunk: Buffer) => Promise<void>): Promise<void> {
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        const chunk: unknown = this.#socket.read();
        const isOver = this.#socket.readableEnded || this.#socket.destroyed;
        const isLast = this.#isLast;
        // In the same turn, so that nothing is read in between that would come out of order.
        const rest = isLast && !isOver ? this.#inPipe() : [];
        if (Buffer.isBuffer(chunk)) await take(chunk);
        for (const last of rest) await take(last);
        if (isOver || isLast) return;
        if (chunk === null) await woken;
      }
    } finally {
      this.#discard();
    }
  }

  /** The program ended: what the pipe holds now is the last that counts, whoever else may write to it. */
  finish(): void {
    this.#isLast = true;
    this.#wake();
  }

  /** For a pipe that no program was given. */
  close(): void {
    closeSync(this.writeEnd);
    this.#socket.destroy();
  }

  /** All that was written so far and not read yet; of what is written at this moment, no more than a pipe holds. */
  #inPipe(): Buffer[] {
    const chunks: Buffer[] = [];
    try {
      for (let bytes = 0; bytes < CAPACITY;) {
        const buffer = Buffer.allocUnsafe(64 * 1_024);
        const count = readSync(this.#readEnd, buffer);
        if (count === 0) break;
        bytes += count;
        chunks.push(buffer.subarray(0, count));
      }
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN') throw error;
    }
    return chunks;
  }

  /** Programs that live on must not die of a pipe that nobody reads: what they write goes nowhere, and keeps nothing waiting. */
  #discard(): void {
    this.#socket.removeAllListeners('readable');
    this.#socket.on('data', () => {});
    this.#socket.resume();
    this.#socket.unref();
  }
}
