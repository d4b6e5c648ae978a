import { assert } from 'chai';
import '../../../src/element/log-stream.ts';
import { append, sign } from '../../support/browser/log-server.ts';
import { rowsOnScreen, shadow, shadowAll, until } from './support/fixture.ts';

/** One channel for each engine, since all of them use the same server. */
const channelOf = (name: string): string => `real:${name}:${crypto.randomUUID()}`;

describe('<log-stream> on a real server', () => {
  let element: HTMLElementTagNameMap['log-stream'];

  async function show(channel: string): Promise<void> {
    element = document.createElement('log-stream');
    element.topic = await sign(channel);
    document.body.append(element);
  }

  afterEach(() => element.remove());

  it('shows lines as they are written, from the first to the end', async () => {
    const channel = channelOf('written');
    await show(channel);
    await until(() => shadow(element, '[part="notice"]').textContent?.includes('Waiting for the first line'));
    await append(channel, '\x1b[31mone\ntwo\n');
    await until(() => rowsOnScreen(element).length === 2);
    assert.deepEqual(
      rowsOnScreen(element).map(({ number, text }) => [number, text]),
      [
        [1, 'one'],
        [2, 'two'],
      ],
    );
    await until(() => shadowAll(element, '.row .text .fg1').length === 2);
    assert.equal(getComputedStyle(shadow(element, '.row:nth-child(2) .text span')).color, getComputedStyle(shadow(element, '.fg1')).color);
    await append(channel, 'three\n', { end: 0 });
    await until(() => element.state === 'ended');
    await until(() => rowsOnScreen(element).at(-1)?.text === 'three');
    await until(() => shadow(element, '.state.ended').textContent?.startsWith('Succeeded · 3 lines'));
  });

  it('opens a long log at its end, and fetches what is scrolled to', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at + 1}`);
    const channel = channelOf('long');
    await append(channel, `${lines.join('\n')}\n`);
    await show(channel);
    await until(() => rowsOnScreen(element).at(-1)?.text === 'line 20000');
    element.goTo(7_777);
    await until(() => rowsOnScreen(element).some(({ text }) => text === 'line 7777'));
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    await until(() => rowsOnScreen(element).every(({ number, text }) => text === `line ${number}`));
  });

  it('shows a finished log from its start, with the time it took', async () => {
    const channel = channelOf('finished');
    await append(channel, Array.from({ length: 3_000 }, (_, at) => `line ${at + 1}\n`).join(''), { end: 2 });
    await show(channel);
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    assert.equal(element.state, 'ended');
    element.goTo('end');
    await until(() => shadow(element, '.state.failed').textContent?.startsWith('Failed with exit code 2 · 3,000 lines · '));
  });
});
