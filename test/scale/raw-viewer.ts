import WebSocket from 'ws';
import { parseServerFrame } from '../../src/protocol/messages.ts';

/** One viewer of one log on a bare socket: it holds every line against what was written, and knows which ones it was not sent. */
export class RawViewer {
  readonly #socket: WebSocket;
  readonly #textOf: (offset: number) => string;
  /** The first thing that was wrong; undefined while nothing is. */
  fault: string | undefined;
  /** Every line up to this one came, or lies in a gap. */
  position = 0;
  /** Lines that came. */
  count = 0;
  /** Lines that the server said are to be fetched. */
  readonly gaps: { readonly after: number; readonly to: number }[] = [];
  #isAcked = false;

  private constructor(socket: WebSocket, textOf: (offset: number) => string) {
    this.#socket = socket;
    this.#textOf = textOf;
  }

  /** Follows a log from now on; resolves once that is acknowledged. */
  static open(endpoint: string, topic: string, textOf: (offset: number) => string): Promise<RawViewer> {
    const viewer = new RawViewer(new WebSocket(endpoint, { perMessageDeflate: false }), textOf);
    const socket = viewer.#socket;
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ subscribe: { [topic]: '' } })));
      socket.on('close', (code) => viewer.#fail(`the socket was closed with ${code}`));
      socket.on('message', (data: Buffer) => {
        viewer.#take(data.toString());
        if (viewer.#isAcked) resolve(viewer);
      });
    });
  }

  /** Reads nothing more until {@link resume}. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.terminate();
  }

  #take(text: string): void {
    const frame = parseServerFrame(text);
    if (frame?.e === 'msg') {
      const from = frame.off.offset - frame.lines.length + 1;
      if (from !== this.position + 1) this.#fail(`line ${from} came behind line ${this.position}`);
      for (const [at, line] of frame.lines.entries()) {
        if (line[1] !== this.#textOf(from + at)) this.#fail(`line ${from + at} is not what was written`);
      }
      this.position = frame.off.offset;
      this.count += frame.lines.length;
    } else if (frame?.e === 'ack') {
      const { offset } = frame.off;
      if (!this.#isAcked) this.#isAcked = true;
      else if (frame.st === 'skipped' && offset > this.position) this.gaps.push({ after: this.position, to: offset });
      else this.#fail(`not an ack that is due: ${text}`);
      this.position = offset;
    } else if (frame?.e !== 'hello' && frame?.e !== 'hb') this.#fail(`nobody asked for ${text.slice(0, 200)}`);
  }

  #fail(fault: string): void {
    this.fault ??= fault;
  }
}
