import type { Server } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'puppeteer-core';
import { expect, onTestFinished, vi } from 'vitest';
import { ROOT } from '../../scripts/processes.mjs';
import type * as LogStreamServer from '../../src/server/index.ts';
import type { LogServer } from '../../src/server/index.ts';
import type { Tabs } from '../tabs/driver.ts';
import { shownRows } from '../tabs/site.ts';
import { expectedRows, patience } from '../tabs/stage.ts';

const CHANNEL = 'run:1';
/** What signs the topics of the log servers. */
export const SECRET = 'secret of the consumers';

/** What two tabs on one page came to. */
export interface Visit {
  /** SharedWorkers of the page's origin. */
  readonly workers: number;
  /** Open WebSockets at the log server. */
  readonly sockets: number;
  /** Lines that each tab found by a regular expression, of two that match: none where the worker's script is missing. */
  readonly matches: readonly (number | undefined)[];
  /** What the package said in the console of each tab. */
  readonly advice: readonly (readonly string[])[];
  /** All else that appeared there as a warning or an error. */
  readonly complaints: readonly string[];
}

/** Adds a log server to a web server, under `/log-stream`: the one that is packed, whose searches run in threads. Closed with the test. */
export async function logsAt(server: Server): Promise<LogServer> {
  const built = pathToFileURL(join(ROOT, 'dist/lib/server/index.js')).href;
  const { createLogServer, openStore } = (await import(built)) as typeof LogStreamServer;
  const store = await openStore('memory:');
  const logs = createLogServer({ store, secrets: [SECRET] });
  logs.attach(server);
  onTestFinished(async () => {
    await logs.close();
    await store.close();
  });
  return logs;
}

/**
 * Opens a page in two tabs, whose log both have to show: what there was, and what is written meanwhile. Both are then searched by a
 * regular expression, which another worker with the same script runs.
 */
export async function visitTwice(tabs: Tabs, logs: LogServer, url: string): Promise<Visit> {
  const writer = logs.writer(CHANNEL);
  await writer.write('line 1\nline 2\nline 3\n');
  const address = new URL(url);
  address.searchParams.set('topic', logs.sign(CHANNEL));
  const pages: Page[] = [];
  const said: string[][] = [];
  for (let tab = 0; tab < 2; tab += 1) {
    const page = await tabs.blank();
    onTestFinished(() => page.close());
    const texts: string[] = [];
    page.on('console', (message) => {
      if (['warn', 'error'].includes(message.type())) texts.push(message.text());
    });
    await page.goto(address.href, { waitUntil: 'load' });
    pages.push(page);
    said.push(texts);
  }
  await waitForRows(pages, 3);
  await writer.write('line 4\n');
  await waitForRows(pages, 4);
  const matches: (number | undefined)[] = [];
  for (const page of pages) {
    await page.bringToFront();
    matches.push(await page.evaluate(() => document.querySelector('log-stream')?.find('line [34]', { regex: true })));
  }
  expect(tabs.takeProblems()).toEqual([]);
  const isAdvice = (text: string): boolean => /^<?log-stream>?: /u.test(text);
  return {
    workers: tabs.sharedWorkers().filter((target) => target.url().startsWith(address.origin)).length,
    sockets: logs.stats().sockets,
    matches,
    advice: said.map((texts) => texts.filter(isAdvice)),
    complaints: said.flat().filter((text) => !isAdvice(text)),
  };
}

/** A tab that is not looked at draws nothing. */
async function waitForRows(pages: readonly Page[], count: number): Promise<void> {
  for (const page of pages) {
    await page.bringToFront();
    await vi.waitFor(async () => expect(await shownRows(page)).toEqual(expectedRows(count)), patience);
  }
}
