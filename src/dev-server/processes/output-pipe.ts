import { execFile } from 'node:child_process';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../protocol/message-of.ts';
import { codeOf, CommandError } from '../util/errors.ts';

/** Largest capacity of a pipe, bytes, unless a privileged process raised it. */
const CAPACITY = 1_024 * 1_024;

/**
 * A pipe from a program to this process. `spawn` makes sockets for `'pipe'`, one for each output: their order relative to each other
 * is lost, and a program cannot open a socket as `/dev/stderr`. The write end of one pipe can serve as both outputs.
 */
export class OutputPipe {
  /** The file descriptor for the program. */
  readonly writeEnd: number;
  readonly #readEnd: number;
  readonly #socket: Socket;
  #wake: () => void = () => {};
  #isFinishing = false;

  private constructor(readEnd: number, writeEnd: number) {
    this.#readEnd = readEnd;
    this.writeEnd = writeEnd;
    this.#socket = new Socket({ fd: readEnd, readable: true, writable: false });
    // `close` follows every error.
    for (const event of ['readable', 'end', 'close', 'error']) this.#socket.on(event, () => this.#wake());
  }

  /** Rejects with CommandError when no pipe can be made. */
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

  /** Call after the program was started: the pipe ends when the program and everything it started have closed it. */
  handOver(): void {
    closeSync(this.writeEnd);
  }

  /** Passes on chunks one at a time until the pipe ends or `finish` is called. Rejects when `onChunk` does. */
  async pump(onChunk: (chunk: Buffer) => Promise<void>): Promise<void> {
    try {
      for (;;) {
        const woken = new Promise<void>((resolve) => (this.#wake = resolve));
        const chunk: unknown = this.#socket.read();
        const isOver = this.#socket.readableEnded || this.#socket.destroyed;
        const isFinishing = this.#isFinishing;
        // Read in the same turn, so that the socket reads nothing in between that would come out of order.
        const rest = isFinishing && !isOver ? this.#drain() : [];
        if (Buffer.isBuffer(chunk)) await onChunk(chunk);
        for (const last of rest) await onChunk(last);
        if (isOver || isFinishing) return;
        if (chunk === null) await woken;
      }
    } finally {
      this.#discard();
    }
  }

  /** The program ended: `pump` ends after what is in the pipe now, whatever else still writes to it. */
  finish(): void {
    this.#isFinishing = true;
    this.#wake();
  }

  /** For a pipe that was given to no program. */
  close(): void {
    closeSync(this.writeEnd);
    this.#socket.destroy();
  }

  /** Everything that is in the pipe now; while it is written to, at most its capacity. */
  #drain(): Buffer[] {
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

  /** Reads and drops what programs still write: without a reader they would die of SIGPIPE. Keeps this process from waiting for them. */
  #discard(): void {
    this.#socket.removeAllListeners('readable');
    this.#socket.on('data', () => {});
    this.#socket.resume();
    this.#socket.unref();
  }
}
