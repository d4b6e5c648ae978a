import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomToken } from './console-token.ts';

/** ms until the file is removed, enough for a browser that has to start first. */
export const REDIRECT_LIFE = 60_000;

const NAME = /^open-[\w-]+\.html$/u;

/**
 * A page that forwards to an address with a token. The browser is started on this file, which only its owner can read, since all
 * users of a machine see the command lines of processes.
 */
export class RedirectFile {
  readonly path: string;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string) {
    this.path = path;
    this.#timer = setTimeout(() => void this.remove(), REDIRECT_LIFE).unref();
  }

  /** Writes a file, and removes those that killed servers left behind. */
  static async write(dataDirectory: string, url: string): Promise<RedirectFile> {
    const leftovers = (await readdir(dataDirectory)).filter((name) => NAME.test(name));
    await Promise.all(leftovers.map((name) => rm(join(dataDirectory, name), { force: true })));
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
