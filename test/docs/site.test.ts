import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { liveFrame } from '../../docs/.vitepress/live.mjs';
import { pageFiles, repositoryUrl, ROOT, siteLink } from '../../docs/.vitepress/pages.mjs';

const from = join(ROOT, 'docs/operating.md');

describe('the site of the documentation', () => {
  it('has every page in its sidebar', () => {
    const config = readFileSync(join(ROOT, 'docs/.vitepress/config.mjs'), 'utf8');
    expect(pageFiles().filter((file) => file !== 'docs/index.md' && !config.includes(`'${file}'`))).toEqual([]);
  });

  it.each([
    ['STORAGE.md', '/STORAGE.md'],
    ['../PROTOCOL.md#6-limits', '/PROTOCOL.md#6-limits'],
    ['#metrics', '#metrics'],
    ['https://example.org/a.md', 'https://example.org/a.md'],
  ])('leads %s to %s', (href, link) => {
    expect(siteLink(href, from)).toBe(link);
  });

  it('leads to sources only where package.json says which repository has them', () => {
    const repository = repositoryUrl();
    expect(siteLink('../src/server', from)).toBe(repository === undefined ? undefined : `${repository}/blob/main/src/server`);
  });

  it('is not built with a link to what is not there', () => {
    expect(() => siteLink('gone.md', from)).toThrow('docs/operating.md links to gone.md');
  });

  it('shows live examples in frames that keep their markup together', () => {
    const frame = liveFrame('<log-stream topic="…" label="a & b"></log-stream>', '/base/');
    const document = /srcdoc="([^"]*)"/u.exec(frame)?.[1] ?? '';
    expect(document).toContain('/base/demo/log-stream.js');
    expect(document).toContain('label=&quot;a &amp; b&quot;');
    expect(document).not.toContain('…');
  });
});
