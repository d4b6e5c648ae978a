import { afterEach, beforeEach, describe } from 'vitest';
import type { LogStore } from '../../../src/server/store.ts';
import { appendRules } from './conformance-append.ts';
import { readRules } from './conformance-read.ts';
import { retentionRules } from './conformance-retention.ts';
import { watchRules } from './conformance-watch.ts';
import { modelRules } from './conformance-model.ts';

/** The store under test; opened anew, and empty, for each test. */
export type Current = () => LogStore;

/** Every sentence of the contract of `LogStore`, asked of a real store. `open` gives an empty one at each call. */
export function storeConformance(name: string, open: () => Promise<LogStore>): void {
  describe(`${name} keeps the contract of a store:`, () => {
    let store: LogStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store.close();
    });
    const current: Current = () => store;
    describe('appending', () => appendRules(current));
    describe('reading', () => readRules(current));
    describe('retention and removal', () => retentionRules(current));
    describe('watching', () => watchRules(current));
    describe('as a whole', () => modelRules(current));
  });
}
