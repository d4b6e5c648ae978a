import { MemoryStore } from '../../../src/server/stores/memory-store.ts';
import { storeConformance } from './conformance.ts';

storeConformance('MemoryStore', async () => new MemoryStore());
