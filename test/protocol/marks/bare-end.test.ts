import { describe, expect, it } from 'vitest';
import { isBareEnd } from '../../../src/protocol/marks/bare-end.ts';

describe('a line that ends groups', () => {
  it.each([
    '::endgroup::',
    '  ##[endgroup]',
    '2026-01-02T03:04:05.678Z ##[endgroup]',
    '##[section]Finishing: Build',
    'section_end:1560896353:my_section',
    'travis_fold:end:script',
    "##teamcity[blockClosed name='Build']",
    '^^^ +++',
    // GitLab erases its marker.
    '',
  ])('says nothing else: %s', (shown) => {
    expect(isBareEnd(shown)).toBe(true);
  });

  it.each(['::endgroup:: and more', 'Job succeeded', 'travis_fold:end:script done', '::group::next'])('says something: %s', (shown) => {
    expect(isBareEnd(shown)).toBe(false);
  });
});
