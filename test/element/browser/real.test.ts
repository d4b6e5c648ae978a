import { assert } from 'chai';
import '../../../src/element/log-stream.ts';
import { rowsOnScreen, shadow, until } from './support/fixture.ts';

/** The log server behind the pages of these tests signs for them. */
async function sign(channel: string, write = false): Promise<string> {
  const response = await fetch(`/__sign?channel=${channel}${write ? '&write=1' : ''}`);
  return (await response.text()).trim();
}

async function append(channel: string, body: string, query = ''): Promise<void> {
  const topic = await sign(channel, true);
  const response = await fetch(`/log-stream/topics/${channel}${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${topic}` },
    body,
  });
  assert.equal(response.status, 200, await response.clone().text());
}

describe('<log-stream> on a real server', () => {
  let element: HTMLElementTagNameMap['log-stream'];

  async function show(channel: string): Promise<void> {
    element = document.createElement('log-stream');
    element.topic = await sign(channel);
    document.body.append(element);
  }

  afterEach(() => element.remove());

  it('shows what is written, from the first line to the end', async () => {
    await show('real:1');
    await until(() => shadow(element, '[part="notice"]').textContent?.includes('Waiting for the first line'));
    await append('real:1', '\x1b[31mone\ntwo\n');
    await until(() => rowsOnScreen(element).length === 2);
    assert.deepEqual(
      rowsOnScreen(element).map(({ number, text }) => [number, text]),
      [
        [1, 'one'],
        [2, 'two'],
      ],
    );
    assert.equal(getComputedStyle(shadow(element, '.row:nth-child(2) .text span')).color, getComputedStyle(shadow(element, '.fg1')).color);
    await append('real:1', 'three\n', '?end=0');
    await until(() => element.state === 'ended');
    await until(() => rowsOnScreen(element).at(-1)?.text === 'three');
    await until(() => shadow(element, '.state.ended').textContent?.startsWith('Log ended · 3 lines'));
  });

  it('opens a long log at its end, and fetches what is looked at', async () => {
    const lines = Array.from({ length: 20_000 }, (_, at) => `line ${at + 1}`);
    await append('real:2', `${lines.join('\n')}\n`);
    await show('real:2');
    await until(() => rowsOnScreen(element).at(-1)?.text === 'line 20000');
    element.goTo(7_777);
    await until(() => rowsOnScreen(element).some(({ text }) => text === 'line 7777'));
    element.goTo('start');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    await until(() => rowsOnScreen(element).every(({ number, text }) => text === `line ${number}`));
  });

  it('shows a finished log from its start, with how long it took', async () => {
    await append('real:3', Array.from({ length: 3_000 }, (_, at) => `line ${at + 1}\n`).join(''), '?end=2');
    await show('real:3');
    await until(() => rowsOnScreen(element)[0]?.text === 'line 1');
    assert.equal(element.state, 'ended');
    element.goTo('end');
    await until(() => shadow(element, '.state.failed').textContent?.startsWith('Log ended with exit code 2 · 3,000 lines · '));
  });
});
