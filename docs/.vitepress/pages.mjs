// Which Markdown files of the repository are pages of the site, and under which address.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Pages that are at the top of the repository, where code hosts look for them. */
const AT_TOP = ['README.md', 'PROTOCOL.md', 'SECURITY.md', 'CHANGELOG.md', 'CONTRIBUTING.md'];

/** @returns {string[]} The files of all pages, relative to the repository. */
export function pageFiles() {
  const documents = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return [...documents.map((name) => `docs/${name}`), ...AT_TOP];
}

/** @param {string} file Relative to the repository. @returns {string} The same, as the site has it. */
export const sitePath = (file) => file.replace(/^docs\//, '');

/** Where the sources can be read; undefined while package.json names no repository. */
export function repositoryUrl() {
  const { repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const url = typeof repository === 'string' ? repository : repository?.url;
  return url?.replace(/^git\+/, '').replace(/\.git$/, '');
}

/**
 * Where a link of a page leads on the site. Files that are no pages are shown by the repository; undefined where that is not known.
 *
 * @param {string} href As the Markdown file has it.
 * @param {string} from The Markdown file, absolute.
 */
export function siteLink(href, from) {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = '', hash] = href.split('#');
  const file = relative(ROOT, resolve(dirname(from), path));
  const anchor = hash === undefined ? '' : `#${hash}`;
  if (pageFiles().includes(file)) return `/${sitePath(file)}${anchor}`;
  if (!existsSync(join(ROOT, file))) throw new Error(`${relative(ROOT, from)} links to ${href}, which does not exist.`);
  const repository = repositoryUrl();
  return repository === undefined ? undefined : `${repository}/blob/main/${file}${anchor}`;
}
