import { MemoryStore } from '../../../src/server/stores/memory.ts';
import { storeConformance } from './conformance.ts';

storeConformance('MemoryStore', async () => new MemoryStore());
