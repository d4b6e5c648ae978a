/** What a session needs only where no socket opens: why that is, and following over HTTP. */
export { diagnose } from '../diagnosis/probe.ts';
export { poll } from '../http/poll.ts';
export { follow } from '../http/stream.ts';
