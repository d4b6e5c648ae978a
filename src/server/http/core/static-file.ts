import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
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
const compressBest = promisify(brotliCompress);

/** A smaller file gains nothing, bytes. */
const WORTH_BROTLI = 1_024;

/** A file of the build, held in memory in every encoding it is sent in. */
export interface StaticFile {
  readonly type: string;
  readonly plain: Buffer;
  /** Preferred encoding first. Brotli is here once a request that prefers it has had it made. */
  readonly encoded: ReadonlyMap<ContentCoding, Buffer>;
  readonly hash: string;
  /** Makes the brotli form, which takes up to a few hundred milliseconds of a thread; once only. */
  makeBrotli(): void;
}

/** The content type of a file by the end of its name; undefined for one that no page loads. */
export function contentTypeOf(name: string): string | undefined {
  return TYPES.get(extname(name));
}

/** The end of the line for the thread: a page asks for many files at once, and logs need threads, too. */
let brotli: Promise<unknown> = Promise.resolve();

/** Reads a file. Its gzip form takes milliseconds and is made here, so that the package carries each file once. */
export async function readStaticFile(path: string, type: string): Promise<StaticFile> {
  const plain = await readFile(path);
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  const encoded = new Map<ContentCoding, Buffer>([['gzip', await compress(plain)]]);
  let isAsked = plain.length < WORTH_BROTLI;
  const makeBrotli = (): void => {
    if (isAsked) return;
    isAsked = true;
    const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
    brotli = brotli
      .then(() => compressBest(plain, { params }))
      .then((form) => {
        const [gzipped = form] = encoded.values();
        encoded.clear();
        encoded.set('br', form).set('gzip', gzipped);
      })
      // Gzip does as well.
      .catch(() => undefined);
  };
  return { type, plain, encoded, hash, makeBrotli };
}

/**
 * Answers `GET` and `HEAD` with a file: in the encoding the request prefers, or 304 where the client has it already. The first requests
 * that prefer brotli get gzip, while it is made.
 */
export function sendStaticFile(req: IncomingMessage, res: ServerResponse, file: StaticFile, headers: OutgoingHttpHeaders = {}): void {
  const accepted = req.headers['accept-encoding'];
  const coding = contentCoding(accepted, [...file.encoded.keys()]);
  if (contentCoding(accepted, ['br', 'gzip']) === 'br') file.makeBrotli();
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
