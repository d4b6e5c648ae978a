// What Lit extends and registers where there is no document: importing the element on a server must not throw.

export const HTMLElement = class {};

const elements = new Map<string, unknown>();

export const customElements = {
  define: (name: string, element: unknown): unknown => elements.set(name, element),
  get: (name: string): unknown => elements.get(name),
};
