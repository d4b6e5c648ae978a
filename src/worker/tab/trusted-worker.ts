import { attempt } from '../platform/attempt.ts';

/** The part of a Trusted Types policy that is needed; TypeScript does not have the types yet. */
interface Policy {
  createScriptURL(url: string): string | URL;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): Policy;
}

/** A worker script that the page or its markup names. */
export interface WorkerScript {
  /** Absolute. */
  readonly url: string;
  /** The page's code or a link in its head names it. Otherwise it is from markup, which may come from anybody. */
  readonly vouched: boolean;
}

/** `SharedWorker` or `Worker`. */
export type WorkerClass<T> = new (url: string | URL, options: WorkerOptions) => T;

let policy: Policy | undefined;

/**
 * Starts a worker with a URL that passes Trusted Types; the page allows the policy with `trusted-types log-stream`. A page that
 * allows no such policy may still take the plain URL.
 */
export function startTrustedWorker<T>(Class: WorkerClass<T>, url: string, name: string): T {
  policy ??= attempt(() => factory()?.createPolicy('log-stream', { createScriptURL: (script) => script }));
  return new Class(policy?.createScriptURL(url) ?? url, { type: 'module', name });
}

/**
 * Starts a named script. One that the page does not vouch for is passed as plain text: where Trusted Types are enforced,
 * the browser refuses that, and the result is undefined.
 */
export function startGivenWorker<T>(Class: WorkerClass<T>, { url, vouched }: WorkerScript, name: string): T | undefined {
  if (vouched) return startTrustedWorker(Class, url, name);
  try {
    return new Class(url, { type: 'module', name });
  } catch (error) {
    if (!(error instanceof TypeError) || factory() === undefined) throw error;
    console.warn(
      `log-stream: worker-url was ignored, because this page enforces Trusted Types. Put <link rel="log-stream-worker" href="${url}"> ` +
        'into its <head>, or set workerUrl as a property.',
    );
    return undefined;
  }
}

/** Where a browser lacks Trusted Types, an element with that id would appear here. */
function factory(): PolicyFactory | undefined {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory };
  return typeof trustedTypes?.createPolicy === 'function' ? trustedTypes : undefined;
}
