import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliDecompress, gzip } from 'node:zlib';
import { contentCoding, type ContentCoding } from './negotiate.ts';

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.map', 'application/json; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  // Licenses.
  ['.md', 'text/markdown; charset=utf-8'],
]);

const compress = promisify(gzip);
const decompress = promisify(brotliDecompress);

/** A file of the build, held in memory in every encoding it is sent in. */
export interface StaticFile {
  readonly type: string;
  readonly plain: Buffer;
  /** Preferred encoding first. */
  readonly encoded: ReadonlyMap<ContentCoding, Buffer>;
  readonly hash: string;
}

/** The content type of a file by the end of its name; undefined for one that no page loads. */
export function contentTypeOf(name: string): string | undefined {
  return TYPES.get(extname(name));
}

/**
 * Reads a file with its brotli form, which the build writes beside it as `NAME.br`: the best compression takes seconds. Gzip
 * takes milliseconds and is made here, so that the package need not carry it. A brotli form of other content is left out: the
 * file beside it was replaced.
 */
export async function readStaticFile(path: string, type: string): Promise<StaticFile> {
  const [plain, brotli] = await Promise.all([readFile(path), readFile(`${path}.br`).catch(() => undefined)]);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  const encoded = new Map<ContentCoding, Buffer>();
  if (brotli !== undefined && (await isFormOf(brotli, plain))) encoded.set('br', brotli);
  encoded.set('gzip', await compress(plain));
  return { type, plain, encoded, hash };
}

async function isFormOf(brotli: Buffer, plain: Buffer): Promise<boolean> {
  try {
    return plain.equals(await decompress(brotli, { maxOutputLength: plain.length + 1 }));
  } catch {
    return false;
  }
}

/** Answers `GET` and `HEAD` with a file: in the encoding the request prefers, or 304 where the client has it already. */
export function sendStaticFile(req: IncomingMessage, res: ServerResponse, file: StaticFile, headers: OutgoingHttpHeaders = {}): void {
  const coding = contentCoding(req.headers['accept-encoding'], [...file.encoded.keys()]);
  const body = (coding === undefined ? undefined : file.encoded.get(coding)) ?? file.plain;
  // Strong validators differ between encodings.
  const etag = coding === undefined ? `"${file.hash}"` : `"${file.hash}-${coding}"`;
  const always = { ...headers, ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': file.type };
  if (matches(req.headers['if-none-match'], etag)) {
    res.writeHead(304, always);
    res.end();
    return;
  }
  res.writeHead(200, { ...always, 'Content-Length': body.length, ...(coding === undefined ? {} : { 'Content-Encoding': coding }) });
  // Node leaves the body out of the answer to HEAD.
  res.end(body);
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//u, '') === etag);
}
