// The site of the documentation: `npm run docs`. Its pages are Markdown files that read well without it.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { liveFrame, withDemoTopic } from './live.mjs';
import { pageFiles, repositoryUrl, ROOT, siteLink, sitePath } from './pages.mjs';

/** Where the site is mounted, with a slash at its end. */
const base = process.env['DOCS_BASE'] ?? '/';
const repository = repositoryUrl();
const pages = pageFiles();

const path = (/** @type {string} */ file) => fileURLToPath(new URL(file, import.meta.url));

/** Links lead to pages of the site, wherever their files are. One that leads nowhere becomes its text. @param {any} md */
function linksOfSite(md) {
  md.core.ruler.push('links-of-site', (/** @type {any} */ state) => {
    for (const { children } of state.tokens) {
      const open = [];
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = siteLink(token.attrGet('href'), state.env.realPath ?? state.env.path);
          if (href === undefined) Object.assign(token, { type: 'html_inline', tag: '', content: '<span>', attrs: null });
          else token.attrSet('href', href);
          open.push(href);
        } else if (token.type === 'link_close' && open.pop() === undefined) {
          Object.assign(token, { type: 'html_inline', tag: '', content: '</span>' });
        }
      }
    }
  });
}

/** @param {any} md */
function liveFences(md) {
  const { fence } = md.renderer.rules;
  md.renderer.rules.fence = (/** @type {any[]} */ ...args) => {
    const [tokens, at] = args;
    const token = tokens[at];
    const isLive = /^html live\b/.test(token.info);
    if (isLive) token.info = 'html';
    return fence(...args) + (isLive ? liveFrame(token.content, base) : '');
  };
  for (const rule of ['html_block', 'html_inline']) {
    const render = md.renderer.rules[rule];
    md.renderer.rules[rule] = (/** @type {any[]} */ ...args) => withDemoTopic(render(...args));
  }
}

/** @param {string} text @param {string} file */
const entry = (text, file) => ({ text, link: `/${sitePath(file).replace(/\.md$/, '')}` });

export default defineConfig({
  base,
  lang: 'en',
  title: 'log-stream',
  description: 'One HTML tag that shows a log while it is being written',
  srcDir: ROOT,
  srcExclude: ['**/node_modules/**', '{src,test,examples,bench,scripts,dist}/**', 'docs/{demo,decisions}/**', '.*/**'],
  rewrites: Object.fromEntries(pages.map((file) => [file, sitePath(file)])),
  outDir: path('./dist'),
  cacheDir: path('./cache'),
  // The package's own configuration is not for this.
  vite: { configFile: false, publicDir: path('./public') },
  vue: { template: { compilerOptions: { isCustomElement: (tag) => tag === 'log-stream' } } },
  head: [['script', { type: 'module', src: `${base}demo/log-stream.js` }]],
  markdown: {
    config(md) {
      linksOfSite(md);
      liveFences(md);
    },
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    ...(repository === undefined ? {} : { socialLinks: [{ icon: 'github', link: repository }] }),
    nav: [entry('Start', 'docs/getting-started.md'), entry('Element', 'docs/ELEMENT.md'), entry('Protocol', 'PROTOCOL.md')],
    sidebar: [
      {
        text: 'Begin',
        items: [
          entry('Five minutes', 'docs/getting-started.md'),
          entry('Overview', 'README.md'),
          entry('Producers', 'docs/producers.md'),
          entry('Reading logs', 'docs/reading-logs.md'),
          entry('Comparison', 'docs/comparison.md'),
        ],
      },
      {
        text: 'In your page',
        items: [
          entry('Element reference', 'docs/ELEMENT.md'),
          entry('Theming', 'docs/theming.md'),
          entry('Frameworks', 'docs/frameworks.md'),
          entry('Dashboards', 'docs/dashboards.md'),
          entry('Words and languages', 'docs/words.md'),
          entry('Policies', 'docs/policies.md'),
          entry('Accessibility', 'docs/accessibility.md'),
        ],
      },
      {
        text: 'In production',
        items: [
          entry('Operating', 'docs/operating.md'),
          entry('Security', 'SECURITY.md'),
          entry('Storage', 'docs/STORAGE.md'),
          entry('Benchmarks', 'docs/benchmarks.md'),
          entry('Changelog', 'CHANGELOG.md'),
        ],
      },
      {
        text: 'How it works',
        items: [
          entry('Protocol', 'PROTOCOL.md'),
          entry('Architecture', 'docs/ARCHITECTURE.md'),
          entry('Glossary', 'docs/GLOSSARY.md'),
          entry('Testing', 'docs/TESTING.md'),
          entry('Contributing', 'CONTRIBUTING.md'),
        ],
      },
    ],
  },
});
