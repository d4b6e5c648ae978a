/** The part of a Trusted Types policy that is needed; TypeScript does not know them yet. */
interface Policy {
  createScriptURL(url: string): string | URL;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): Policy;
}

let policy: Policy | undefined;

/** A URL that Trusted Types let pass; the page allows the policy by `trusted-types log-stream`. */
function trusted(url: string): string | URL {
  const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
  policy ??= factory?.createPolicy('log-stream', { createScriptURL: (script) => script });
  return policy?.createScriptURL(url) ?? url;
}

/**
 * Starts the worker, or joins it where it runs already: it is the same for the same URL and name. Throws where there is
 * no SharedWorker, or it may not be started. `workerUrl`: absolute URL of the script, when it is not beside this module.
 */
export function startWorker(workerUrl: string | undefined, name: string): SharedWorker {
  if (workerUrl !== undefined) return new SharedWorker(trusted(workerUrl), { type: 'module', name });
  try {
    // Bundlers find the worker by exactly this expression.
    return new SharedWorker(new URL('../worker.ts', import.meta.url), { type: 'module', name });
  } catch (error) {
    if (!('trustedTypes' in globalThis)) throw error;
    return new SharedWorker(trusted(new URL('../worker.ts', import.meta.url).href), { type: 'module', name });
  }
}
