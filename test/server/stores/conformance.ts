import { afterEach, beforeEach, describe } from 'vitest';
import type { LogStore } from '../../../src/server/store.ts';
import { appendRules } from './conformance-append.ts';
import { readRules } from './conformance-read.ts';
import { retentionRules } from './conformance-retention.ts';
import { watchRules } from './conformance-watch.ts';
import { marksRules } from './conformance-marks.ts';
import type { Restart } from './conformance-marks-model.ts';
import { modelRules } from './conformance-model.ts';

/** The store under test; opened anew, and empty, for each test. */
export type Current = () => LogStore;

/** Every sentence of the contract of `LogStore`, asked of a real store. `open` gives an empty one at each call; `restart` closes one, and opens another with its data. */
export function storeConformance(name: string, open: () => Promise<LogStore>, restart?: Restart): void {
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
    describe('marks', () => marksRules(current, restart));
    describe('as a whole', () => modelRules(current));
  });
}
