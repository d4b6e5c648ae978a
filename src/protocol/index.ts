export * from './close-codes.ts';
export * from './escape.ts';
export * from './limits.ts';
export * from './line.ts';
export * from './messages.ts';
export * from './position.ts';
export * from './sgr.ts';
export * from './topic.ts';
