/** The part of a Trusted Types policy that is needed; TypeScript does not know them yet. */
interface Policy {
  createScriptURL(url: string): string | URL;
}

interface PolicyFactory {
  createPolicy(name: string, rules: { readonly createScriptURL: (url: string) => string }): Policy;
}

let policy: Policy | undefined;

/** Starts a worker by a URL that Trusted Types let pass; the page allows the policy by `trusted-types log-stream`. */
export function startTrustedWorker(url: string, name: string): SharedWorker {
  const factory = (globalThis as { readonly trustedTypes?: PolicyFactory }).trustedTypes;
  policy ??= factory?.createPolicy('log-stream', { createScriptURL: (script) => script });
  return new SharedWorker(policy?.createScriptURL(url) ?? url, { type: 'module', name });
}
