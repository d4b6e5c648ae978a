import { assert } from 'chai';
import { ALL_TOKENS } from '../../../src/element/styles/ansi-colors.ts';
import { mount, shadow, shadowAll, unmountAll, until, type TestLogStream } from './support/fixture.ts';
import { MemoryLog } from './support/memory-log.ts';

const root = document.documentElement;
const [DARK, LIGHT, PAGES] = ['rgb(14, 17, 22)', 'rgb(255, 255, 255)', 'rgb(1, 2, 3)'];

async function shown(attributes: Record<string, string> = {}, parent: HTMLElement = document.body): Promise<TestLogStream> {
  const log = new MemoryLog();
  const { element } = mount(log, attributes);
  parent.append(element);
  log.append('\x1b[31mred\x1b[0m');
  log.set({ state: 'live' });
  await until(() => shadowAll(element, '.fg1').length === 1);
  return element;
}

const groundOf = (element: Element): string => getComputedStyle(shadow(element, '.viewport')).backgroundColor;

describe('the colours of the page', () => {
  afterEach(() => {
    unmountAll();
    root.removeAttribute('style');
    document.querySelector('.panel')?.remove();
  });

  it('count wherever they are set: on the root, on an ancestor, on the element', async () => {
    root.style.setProperty('--ls-bg', PAGES);
    const element = await shown({ theme: 'dark' });
    await until(() => groundOf(element) === PAGES);
    assert.equal(getComputedStyle(element).backgroundColor, PAGES);
    const panel = document.createElement('div');
    panel.className = 'panel';
    panel.style.setProperty('--ls-bg', 'rgb(4, 5, 6)');
    document.body.append(panel);
    panel.append(element);
    await until(() => groundOf(element) === 'rgb(4, 5, 6)');
    element.style.setProperty('--ls-bg', 'rgb(7, 8, 9)');
    await until(() => groundOf(element) === 'rgb(7, 8, 9)');
  });

  it('count for every colour', async () => {
    for (const [name] of ALL_TOKENS) root.style.setProperty(`--ls-${name}`, PAGES);
    const element = await shown({ theme: 'light' });
    for (const part of ['.viewport', '.header', '.row']) assert.equal(getComputedStyle(shadow(element, part)).backgroundColor, PAGES, part);
    for (const part of ['.fg1', '.num', '.counts']) assert.equal(getComputedStyle(shadow(element, part)).color, PAGES, part);
    assert.equal(getComputedStyle(element).borderTopColor, PAGES);
    await until(() => shadowAll(element, '.toolbar .icon').length > 0);
    await until(() => getComputedStyle(shadow(element, '.icon[aria-pressed="false"]')).color === PAGES);
  });

  it('leave unset ones to the theme', async () => {
    root.style.setProperty('--ls-bg', PAGES);
    const element = await shown({ theme: 'dark' });
    assert.equal(getComputedStyle(shadow(element, '.fg1')).color, 'rgb(255, 123, 114)');
  });
});

describe('the theme', () => {
  afterEach(() => {
    unmountAll();
    root.removeAttribute('style');
    document.querySelector('.panel')?.remove();
  });

  for (const [scheme, ground] of [
    ['dark', DARK],
    ['light', LIGHT],
    ['only dark', DARK],
    ['normal', LIGHT],
    ['light dark', matchMedia('(prefers-color-scheme: dark)').matches ? DARK : LIGHT],
  ] as const) {
    it(`is that of a page with color-scheme: ${scheme}`, async () => {
      root.style.setProperty('color-scheme', scheme);
      const element = await shown();
      await until(() => groundOf(element) === ground);
    });
  }

  it('is that of the panel around it, and changes with it', async () => {
    root.style.setProperty('color-scheme', 'light');
    const panel = document.createElement('div');
    panel.className = 'panel';
    panel.style.setProperty('color-scheme', 'dark');
    document.body.append(panel);
    const element = await shown({}, panel);
    await until(() => groundOf(element) === DARK);
    panel.style.setProperty('color-scheme', 'light');
    await until(() => groundOf(element) === LIGHT);
  });

  for (const [theme, ground] of [
    ['dark', DARK],
    ['light', LIGHT],
  ] as const) {
    it(`is ${theme} where the element says so, whatever the page is`, async () => {
      root.style.setProperty('color-scheme', theme === 'dark' ? 'light' : 'dark');
      const element = await shown({ theme });
      assert.equal(groundOf(element), ground);
    });
  }
});
