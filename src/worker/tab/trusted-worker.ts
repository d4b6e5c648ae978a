/** The part of a Trusted Types policy that is needed; TypeScript does not know them yet. */
interface Policy {
  createScriptURL(url: string): string | URL;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): Policy;
}

/** A worker's script that was named for a page. */
export interface WorkerScript {
  /** Absolute. */
  readonly url: string;
  /** Code of the page named it, or a link in its head does. Otherwise it stands in markup, which may come from anybody. */
  readonly vouched: boolean;
}

let policy: Policy | undefined;

/** Starts a worker by a URL that Trusted Types let pass; the page allows the policy by `trusted-types log-stream`. */
export function startTrustedWorker(url: string, name: string): SharedWorker {
  policy ??= factory()?.createPolicy('log-stream', { createScriptURL: (script) => script });
  return new SharedWorker(policy?.createScriptURL(url) ?? url, { type: 'module', name });
}

/**
 * Starts the script that was named. One that the page does not vouch for goes to the browser as a plain text: where
 * Trusted Types are enforced it refuses that, and the result is undefined.
 */
export function startGivenWorker({ url, vouched }: WorkerScript, name: string): SharedWorker | undefined {
  if (vouched) return startTrustedWorker(url, name);
  try {
    return new SharedWorker(url, { type: 'module', name });
  } catch (error) {
    if (!(error instanceof TypeError) || factory() === undefined) throw error;
    console.warn(
      `log-stream: worker-url was ignored, because this page enforces Trusted Types. Put <link rel="log-stream-worker" href="${url}"> ` +
        'into its <head>, or set workerUrl as a property.',
    );
    return undefined;
  }
}

/** An element with that id stands in for what a browser lacks. */
function factory(): PolicyFactory | undefined {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: PolicyFactory };
  return typeof trustedTypes?.createPolicy === 'function' ? trustedTypes : undefined;
}
