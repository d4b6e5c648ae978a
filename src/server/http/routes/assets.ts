import type { ServerContext } from '../../context.ts';
import { AssetFolder } from './asset-folder.ts';
import type { Exchange } from '../core/exchange.ts';
import { acceptsGzip } from '../core/negotiate.ts';
import { Problem } from '../../problem.ts';

const folders = new WeakMap<ServerContext, AssetFolder>();

/** Answers with a file of the browser build. It holds no secret, and any page may load it. */
export async function sendAsset({ context, req, res }: Exchange, name: string): Promise<void> {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  const asset = await folderOf(context).find(name);
  if (asset === undefined) {
    throw new Problem('not-found', 'The browser build has no such file. If it was never built, run: npm run build');
  }
  const gzip = acceptsGzip(req.headers['accept-encoding']);
  // Strong validators differ between encodings.
  const etag = gzip ? asset.etag.replace(/"$/u, '-gzip"') : asset.etag;
  const headers = { ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': asset.type };
  if (matches(req.headers['if-none-match'], etag)) {
    res.writeHead(304, headers);
    res.end();
    return;
  }
  const body = gzip ? asset.gzipped : asset.body;
  res.writeHead(200, { ...headers, 'Content-Length': body.length, ...(gzip ? { 'Content-Encoding': 'gzip' } : {}) });
  res.end(body);
}

function folderOf(context: ServerContext): AssetFolder {
  const known = folders.get(context);
  if (known !== undefined) return known;
  const folder = new AssetFolder(context.assets);
  folders.set(context, folder);
  return folder;
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//u, '') === etag);
}
