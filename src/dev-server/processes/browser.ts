import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { RedirectFile } from '../access/redirect-file.ts';
import { note } from '../terminal/note.ts';
import { canBrowserReadFiles } from './default-browser.ts';
import { withoutSecrets } from './environment.ts';

/** A page, and what lets a browser in. */
export interface OpenOptions {
  readonly url: string;
  /** The address with the token. */
  readonly tokenUrl: string;
  /** The address with a code that is good once. */
  readonly codeUrl: () => string;
  readonly dataDirectory: string;
  /** Whether a file may be used that forwards to the page. */
  readonly mayUseRedirectFile: boolean;
}

/**
 * Opens a page with what this system uses for that. Other users of the machine see the command line of a browser, so the token is
 * not in it: a file that only this user can read forwards there, or, where the browser cannot read it, a code is enough once.
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
