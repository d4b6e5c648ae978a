import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { RedirectFile } from '../access/redirect-file.ts';
import { note } from '../terminal/note.ts';
import { canBrowserReadFiles } from './default-browser.ts';
import { withoutSecrets } from './environment.ts';

/** The page to open, and how the browser gets access. */
export interface OpenOptions {
  readonly url: string;
  /** The address with the token. */
  readonly tokenUrl: string;
  /** Makes an address with a one-time code. */
  readonly codeUrl: () => string;
  readonly dataDirectory: string;
  /** Whether the browser may be started on a file that forwards to the page. */
  readonly mayUseRedirectFile: boolean;
}

/**
 * Opens a page in the default browser. Other users of the machine see the browser's command line, so the token is not in it: the
 * browser is started on a file that only this user can read, or, where it cannot read files, on an address with a one-time code.
 */
export async function openInBrowser({
  url,
  tokenUrl,
  codeUrl,
  dataDirectory,
  mayUseRedirectFile,
}: OpenOptions): Promise<RedirectFile | undefined> {
  const file = mayUseRedirectFile && (await canBrowserReadFiles()) ? await RedirectFile.write(dataDirectory, tokenUrl) : undefined;
  start(file === undefined ? codeUrl() : pathToFileURL(file.path).href, () => note(`Couldn't open a browser. Open ${url}`));
  return file;
}

function start(address: string, onFailure: () => void): void {
  const [command = '', ...words] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  const child = spawn(command, [...words, address], { stdio: 'ignore', detached: true, env: withoutSecrets(process.env) });
  child.on('error', onFailure);
  child.unref();
}
