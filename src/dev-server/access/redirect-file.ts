import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomToken } from './console-token.ts';

/** ms that a file lies there: a browser that starts cold has read it by then. */
export const REDIRECT_LIFE = 60_000;

const NAME = /^open-[\w-]+\.html$/u;

/**
 * A page that forwards to an address with a token. A browser is started with the name of this file, since all users of the
 * machine see the command lines of processes; the file is for its owner alone.
 */
export class RedirectFile {
  readonly path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    this.#timer = setTimeout(() => void this.remove(), REDIRECT_LIFE).unref();
  }

  /** Writes one, and removes what a server left that was killed. */
  static async write(dataDirectory: string, url: string): Promise<RedirectFile> {
    const left = (await readdir(dataDirectory)).filter((name) => NAME.test(name));
    await Promise.all(left.map((name) => rm(join(dataDirectory, name), { force: true })));
    const path = join(dataDirectory, `open-${randomToken()}.html`);
    await writeFile(path, pageTo(url), { mode: 0o600, flag: 'wx' });
    return new RedirectFile(path);
  }

  async remove(): Promise<void> {
    clearTimeout(this.#timer);
    await rm(this.path, { force: true });
  }
}

function pageTo(url: string): string {
  const text = url.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="referrer" content="no-referrer" />
    <meta http-equiv="refresh" content="0; url=${text}" />
    <title>log-stream</title>
  </head>
  <body><p><a href="${text}">Open the console</a></p></body>
</html>
`;
}
