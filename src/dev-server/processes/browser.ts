import { spawn } from 'node:child_process';
import { note } from '../cli/print.ts';
import { withoutSecrets } from './environment.ts';

/** Opens a page with what this system uses for that. */
export function openInBrowser(url: string): void {
  const [command, ...words] =
    process.platform === 'darwin' ? ['open'] : process.platform === 'win32' ? ['cmd', '/c', 'start', ''] : ['xdg-open'];
  if (command === undefined) return;
  const child = spawn(command, [...words, url], { stdio: 'ignore', detached: true, env: withoutSecrets(process.env) });
  child.on('error', () => note(`No browser could be opened: open ${url} yourself.`));
  child.unref();
}
