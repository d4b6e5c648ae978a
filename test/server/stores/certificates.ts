import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerTls } from './redis/redis-server.ts';

const run = promisify(execFile);
const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];

/** A certificate authority of a test, made by openssl (3.0 or later), in a folder of its own. */
export class Authority {
  readonly ca: string;
  readonly #dir: string;
  readonly #key: string;

  private constructor(dir: string) {
    this.#dir = dir;
    this.ca = join(dir, 'ca.pem');
    this.#key = join(dir, 'ca.key');
  }

  static async create(): Promise<Authority> {
    const authority = new Authority(await mkdtemp(join(tmpdir(), 'log-stream-ca-')));
    await run('openssl', [
      'req',
      '-x509',
      ...KEY,
      '-keyout',
      authority.#key,
      '-out',
      authority.ca,
      '-days',
      '2',
      '-subj',
      '/CN=Test authority',
    ]);
    return authority;
  }

  /** A certificate for this name, which is `DNS:…` or `IP:…`, with its key. */
  async issue(file: string, name: string): Promise<ServerTls> {
    const [cert, key] = [join(this.#dir, `${file}.pem`), join(this.#dir, `${file}.key`)];
    const issuer = [
      '-CA',
      this.ca,
      '-CAkey',
      this.#key,
      '-addext',
      `subjectAltName=${name}`,
      '-addext',
      'basicConstraints=critical,CA:false',
    ];
    await run('openssl', ['req', '-x509', ...KEY, '-keyout', key, '-out', cert, '-days', '2', '-subj', `/CN=${file}`, ...issuer]);
    return { ca: this.ca, cert, key };
  }

  remove(): Promise<void> {
    return rm(this.#dir, { recursive: true, force: true });
  }
}
