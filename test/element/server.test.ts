import { describe, expect, it } from 'vitest';

describe('on a server', () => {
  it('the element can be imported without a document', async () => {
    expect(typeof document).toBe('undefined');
    const { LogStreamElement } = await import('../../src/element/element.ts');
    expect(LogStreamElement.observedAttributes).toContain('topic');
    await expect(import('../../src/element/log-stream.ts')).resolves.toBeDefined();
  });
});
