import { createRequire } from 'node:module';

/** What every command needs. These packages are optional: pages install this package, too, and need no command. */
const NEEDED = ['commander', 'pino', 'ws'];
/** What most commands need, unless they are told to use another store. */
const USUAL = ['lmdb'];

/** The packages to install before any command works, as `npm install --omit=optional` leaves them out; empty when all are there. */
export function missingPackages(): string[] {
  const { resolve } = createRequire(import.meta.url);
  const isMissing = (name: string): boolean => {
    try {
      resolve(name);
      return false;
    } catch {
      return true;
    }
  };
  return NEEDED.some(isMissing) ? [...NEEDED, ...USUAL].filter(isMissing).sort() : [];
}
