import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A WebSocket client of which only the connection is real: it reads when it is told to, and answers nothing. */
export interface RawSocket {
  readonly socket: Socket;
  /** Sends a text message of less than 64 KiB. */
  send(text: string): void;
  /** Everything read so far, messages of the server decoded: text as it is, a close as its code. */
  readonly messages: (string | number)[];
}

/** Opens a WebSocket by hand. It reads what comes until `socket.pause()`. */
export async function openRawSocket(port: number, path = '/log-stream'): Promise<RawSocket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  const key = Buffer.from('0123456789abcdef').toString('base64');
  const fields = ['Host: localhost', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${key}`, 'Sec-WebSocket-Version: 13'];
  socket.write(`GET ${path} HTTP/1.1\r\n${fields.join('\r\n')}\r\n\r\n`);
  const messages: (string | number)[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let isOpen = false;
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('close', () => reject(new Error('The connection was closed before the handshake was done.')));
    socket.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      if (!isOpen) {
        const end = rest.indexOf('\r\n\r\n');
        if (end === -1) return;
        if (!rest.toString('latin1', 0, end).startsWith('HTTP/1.1 101')) reject(new Error(rest.toString('latin1', 0, end)));
        rest = rest.subarray(end + 4);
        isOpen = true;
        resolve();
      }
      rest = readMessages(rest, messages);
    });
  });
  return { socket, messages, send: (text) => void socket.write(maskedText(text)) };
}

/** Takes the whole messages off the front of `bytes`, and returns what is left. */
function readMessages(bytes: Buffer, messages: (string | number)[]): Buffer {
  let left = bytes;
  for (;;) {
    if (left.length < 2) return left;
    const short = (left[1] ?? 0) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (left.length < header) return left;
    const length = short < 126 ? short : short === 126 ? left.readUInt16BE(2) : Number(left.readBigUInt64BE(2));
    if (left.length < header + length) return left;
    const opcode = (left[0] ?? 0) & 0x0f;
    if (opcode === 1) messages.push(left.toString('utf8', header, header + length));
    else if (opcode === 8) messages.push(left.readUInt16BE(header));
    left = left.subarray(header + length);
  }
}

function maskedText(text: string): Buffer {
  const payload = Buffer.from(text);
  const header =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  // A mask of zeros leaves the text as it is.
  return Buffer.concat([header, Buffer.alloc(4), payload]);
}
