import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { problemsOfRelease, withVersion } from '../../scripts/check-release.mjs';
import { ROOT } from '../../scripts/processes.mjs';

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>>;
}

const WORKFLOWS = join(ROOT, '.github/workflows');
const workflow = (name: string): Workflow => parse(readFileSync(join(WORKFLOWS, name), 'utf8')) as Workflow;

const RELEASE = {
  tag: 'v1.2.3',
  packageJson: { version: '1.2.3', repository: 'github:someone/log-stream' },
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-11-30\n\n- Something.\n',
  changesets: [],
};

describe('a release', () => {
  it('is published when nothing is wrong', () => {
    expect(problemsOfRelease(RELEASE)).toEqual([]);
  });

  it.each([
    ['a tag of another version', { tag: 'v1.2.4' }, 'tag is v1.2.4'],
    ['no tag', { tag: '' }, 'tag is'],
    ['no repository, which provenance needs', { packageJson: { version: '1.2.3' } }, 'names no repository'],
    ['a private package', { packageJson: { ...RELEASE.packageJson, private: true } }, 'is private'],
    ['changesets that are in no version', { changesets: ['blue-logs.md'] }, 'blue-logs.md'],
    ['a version without an entry in the changelog', { changelog: '# Changelog\n\n## Unreleased\n' }, 'says nothing of 1.2.3'],
  ])('is refused with %s', (_, change, message) => {
    expect(problemsOfRelease({ ...RELEASE, ...change })).toEqual([expect.stringContaining(message)]);
  });

  it('gives what is unreleased a version and a day', () => {
    const changelog = '# Changelog\n\n## Unreleased\n\n- New.\n';
    const released = withVersion(changelog, '1.3.0', new Date('2026-12-01T12:00:00Z'));
    expect(released).toBe('# Changelog\n\n## Unreleased\n\n## 1.3.0 - 2026-12-01\n\n- New.\n');
    expect(
      problemsOfRelease({ ...RELEASE, tag: 'v1.3.0', packageJson: { ...RELEASE.packageJson, version: '1.3.0' }, changelog: released }),
    ).toEqual([]);
    expect(() => withVersion('# Changelog\n', '1.3.0', new Date())).toThrow('no heading');
  });
});

describe('the workflows', () => {
  it.each(readdirSync(WORKFLOWS))('%s runs only what there is', (name) => {
    const commands = Object.values(workflow(name).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? []));
    expect(commands.length).toBeGreaterThan(0);
    for (const command of commands) {
      const [, script] = /^npm run ([\w:]+)/u.exec(command) ?? [];
      if (script !== undefined) expect(Object.keys(packageJson.scripts)).toContain(script);
      const [, file] = /^(?:node )?((?:\.ci|scripts)\/\S+)/u.exec(command) ?? [];
      if (file !== undefined) expect(existsSync(join(ROOT, file)), file).toBe(true);
    }
  });

  it('publish with provenance, and have no other right that they do not need', () => {
    const { permissions, jobs } = workflow('release.yml');
    expect(permissions).toEqual({});
    expect(jobs['publish']?.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    const commands = jobs['publish']?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(commands.at(-1)).toBe('npm publish --provenance --access public');
    expect(commands.findIndex((command) => command.includes('check-release.mjs'))).toBeGreaterThan(-1);
    expect(workflow('ci.yml').permissions).toEqual({ contents: 'read' });
  });

  it('test with the oldest release of Node that the package supports', () => {
    expect(packageJson.engines.node).toBe('>=20');
    expect(readFileSync(join(WORKFLOWS, 'ci.yml'), 'utf8')).toContain('container: node:20-');
  });
});
