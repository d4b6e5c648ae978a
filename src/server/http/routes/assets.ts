import type { ServerContext } from '../../context.ts';
import { AssetFolder } from './asset-folder.ts';
import type { Exchange } from '../core/exchange.ts';
import { Problem } from '../../problem.ts';
import { sendStaticFile } from '../core/static-file.ts';

const folders = new WeakMap<ServerContext, AssetFolder>();

/** Answers with a file of the browser build. It holds no secret, and any page may load it. */
export async function sendAsset({ context, req, res }: Exchange, name: string): Promise<void> {
  res.setHeader('Access-Control-Allow-Origin', '*');
  res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  // A page that is isolated from other origins starts only dedicated workers that are. A SharedWorker need not be, and could not find out
  // then whether anything answers at another origin.
  if (req.headers['sec-fetch-dest'] !== 'sharedworker') res.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  res.appendHeader('Vary', 'Sec-Fetch-Dest');
  const file = await folderOf(context).find(name);
  if (file === undefined) {
    throw new Problem('not-found', 'The browser build has no such file. If it was never built, run: npm run build');
  }
  sendStaticFile(req, res, file);
}

function folderOf(context: ServerContext): AssetFolder {
  const known = folders.get(context);
  if (known !== undefined) return known;
  const folder = new AssetFolder(context.assets);
  folders.set(context, folder);
  return folder;
}
