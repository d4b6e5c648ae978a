import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that asks a process to stop. */
export type StopSignal = (typeof SIGNALS)[number];

/** Aborted when this process is asked to stop, with the signal as its reason. Asking a second time ends the process at once. */
export function whenAskedToStop(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(codeOfSignal(name));
      controller.abort(name);
    });
  }
  return controller.signal;
}

/** How this process was asked to stop. */
export function stopSignal({ reason }: AbortSignal): StopSignal {
  return SIGNALS.find((name) => name === reason) ?? 'SIGTERM';
}

/** The exit code of a process that a signal ended. */
export function codeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

/** Resolves once the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
