// What docs/getting-started.md says of Next: its dev server forwards to a log server.
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { codeBlocks } from '../pages/markdown.ts';
import { PageServer } from '../pages/page-server.ts';
import { Tabs } from '../tabs/driver.ts';
import { shownState } from '../tabs/site.ts';
import { patience } from '../tabs/stage.ts';
import { Consumer } from './consumer.ts';
import { takePicture } from './picture.ts';
import { freePort, start } from './program.ts';
import { SECRET } from './visit.ts';

/** What the guide puts into a file. */
function guide(file: string): string {
  const found = codeBlocks('docs/getting-started.md').find((block) => block.file === file);
  return found?.code ?? expect.fail(`The guide does not say what ${file} is.`);
}

it('two tabs on a page of a Next dev server share one socket through its rewrite', async () => {
  const consumer = await Consumer.install('next');
  const port = await freePort();
  const logs = await PageServer.start({ allowOrigins: [`http://localhost:${port}`], secrets: [SECRET] });
  onTestFinished(() => logs.close());
  await logs.write(1, 5);
  await rm(join(consumer.folder, 'next.config.js'));
  await writeFile(join(consumer.folder, 'next.config.mjs'), guide('next.config.mjs').replace(':8787', `:${logs.port}`));
  await writeFile(join(consumer.folder, 'app/log.jsx'), guide('app/log.jsx'));
  const page = `import { Log } from './log.jsx';\nexport default function Page() {\n  return <Log topic="${logs.topic}" />;\n}\n`;
  await writeFile(join(consumer.folder, 'app/page.js'), page);
  await start(consumer, `npx next dev -p ${port}`, /Ready in/u);
  const tabs = await Tabs.launch();
  onTestFinished(() => tabs.close());
  // The first request compiles the page.
  const opened = [await tabs.open(`http://localhost:${port}/`), await tabs.open(`http://localhost:${port}/`)];
  for (const tab of opened) await vi.waitFor(async () => expect(await shownState(tab)).toBe('live'), patience);
  await vi.waitFor(() => expect(logs.logs.stats().sockets).toBe(1), patience);
  expect(tabs.takeProblems()).toEqual([]);
  await takePicture(opened[0]!, 'next', {
    act(log) {
      document.querySelector('nextjs-portal')?.remove();
      log.goTo('start');
    },
  });
});
