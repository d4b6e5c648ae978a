/** Where the worker is unless the page says otherwise: beside this module. The browser build has another module in place of this. */
export const workerUrl = (): string => new URL('../worker.ts', import.meta.url).href;
