import { constants } from 'node:os';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that asks a process to stop. */
export type StopSignal = (typeof SIGNALS)[number];

/** Aborted by the first stop signal, with its name as the reason. A second signal ends the process at once. */
export function onStopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(codeOfSignal(name));
      controller.abort(name);
    });
  }
  return controller.signal;
}

/** The signal that asked this process to stop. */
export function stopSignal({ reason }: AbortSignal): StopSignal {
  return SIGNALS.find((name) => name === reason) ?? 'SIGTERM';
}

/** The exit code of a process that was ended by a signal. */
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
