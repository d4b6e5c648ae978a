let bundled: (() => string) | undefined;

/** A bundler puts the worker elsewhere: `url` gives its address. */
export function moveWorker(url: () => string): void {
  bundled = url;
}

/** Replaces `worker-url.ts` in the browser build, where the worker is beside this module unless a bundler has moved it. */
export const workerUrl = (): string => bundled?.() ?? beside(import.meta.url);

/** Apart from `import.meta.url`: a bundler that sees both together would copy the worker of the browser build, too. */
const beside = (url: string): string => new URL('./worker.js', url).href;
