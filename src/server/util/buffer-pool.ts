/** Memory for as many bytes as were asked for. */
export interface PooledBuffer {
  readonly bytes: Buffer;
  /** To be called at most once, when `bytes` is no longer used. Without it, the memory is left to the garbage collector. */
  readonly release: () => void;
}

export interface BufferPoolOptions {
  /** Bytes of a buffer. Larger ones are not reused. */
  readonly size: number;
  /** How many unused buffers are kept. */
  readonly kept: number;
}

/**
 * Reuses buffers. Memory outside of the heap makes the garbage collector run long before the heap is full: allocated for each
 * request, it would cost more than the request. The number of buffers in use is not bounded here.
 */
export class BufferPool {
  readonly #size: number;
  readonly #kept: number;
  readonly #idle: Buffer[] = [];

  constructor({ size, kept }: BufferPoolOptions) {
    this.#size = size;
    this.#kept = kept;
  }

  acquire(length: number): PooledBuffer {
    if (length > this.#size) return { bytes: Buffer.allocUnsafeSlow(length), release: () => undefined };
    const memory = this.#idle.pop() ?? Buffer.allocUnsafeSlow(this.#size);
    return { bytes: memory.subarray(0, length), release: () => this.#release(memory) };
  }

  #release(memory: Buffer): void {
    if (this.#idle.length < this.#kept) this.#idle.push(memory);
  }
}
