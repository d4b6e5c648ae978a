import { describe, expect, it } from 'vitest';
import { checkLock, problemsOfLock } from '../../scripts/check-lock.mjs';

const SOUND = `sha512-${'a'.repeat(86)}==`;

describe('what is checked of package-lock.json', () => {
  it('holds for ours', () => {
    expect(checkLock()).toEqual([]);
  });

  it.each([
    ['no integrity', {}],
    ['an empty one', { integrity: '' }],
    ['one by SHA-1 alone', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    ['half of one', { integrity: SOUND.slice(0, -20) }],
    ['another registry', { integrity: SOUND, resolved: 'https://mirror.example/a.tgz' }],
    ['a registry without TLS', { integrity: SOUND, resolved: 'http://registry.npmjs.org/a.tgz' }],
    ['a repository', { integrity: SOUND, resolved: 'git+ssh://git@example.com/a.git' }],
  ])('refuses an entry with %s', (_what, entry) => {
    expect(problemsOfLock({ packages: { '': {}, 'node_modules/a': entry } })).toEqual([expect.stringContaining('node_modules/a')]);
  });

  it.each([
    ['its integrity', { integrity: SOUND }],
    ['both kinds', { integrity: `sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk= ${SOUND}` }],
    ['the registry', { integrity: SOUND, resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz' }],
    ['a link', { link: true, resolved: 'packages/a' }],
    ['the tarball that bundles it', { inBundle: true }],
  ])('takes an entry with %s', (_what, entry) => {
    expect(problemsOfLock({ packages: { 'node_modules/a': entry } })).toEqual([]);
  });
});
