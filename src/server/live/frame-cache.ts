import type { LinesFrame } from './followed-log.ts';

/** Most bytes of frames that are kept. */
const CAPACITY = 4 * 1_024 * 1_024;
/** Most frames that are kept, so that looking for one is cheap. */
const FRAMES = 16;

/** Which lines a frame holds. */
export interface FrameKey {
  readonly channel: string;
  readonly epoch: string;
  /** Numbers of the first and of the last line. */
  readonly from: number;
  readonly to: number;
}

interface Kept extends FrameKey {
  readonly frame: LinesFrame;
}

/**
 * Frames that were encoded for one subscription a moment ago: the others that are as far take the same one. Frames that the
 * ring holds need no place here.
 */
export class FrameCache {
  /** Oldest first. */
  readonly #frames: Kept[] = [];
  #bytes = 0;

  /** The frame with these lines, encoded by `encode` if it is not kept. */
  get(key: FrameKey, encode: () => LinesFrame): LinesFrame {
    const known = this.#frames.findLast((kept) => isSame(kept, key));
    if (known !== undefined) return known.frame;
    const frame = encode();
    const { channel, epoch, from, to } = key;
    this.#frames.push({ channel, epoch, from, to, frame });
    this.#bytes += frame.wire.length;
    while (this.#frames.length > FRAMES || (this.#bytes > CAPACITY && this.#frames.length > 1)) {
      this.#bytes -= this.#frames.shift()?.frame.wire.length ?? 0;
    }
    return frame;
  }

  clear(): void {
    this.#frames.length = 0;
    this.#bytes = 0;
  }
}

function isSame(one: FrameKey, other: FrameKey): boolean {
  return one.to === other.to && one.from === other.from && one.epoch === other.epoch && one.channel === other.channel;
}
