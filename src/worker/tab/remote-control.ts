import { releaseProxy, wrap, type Endpoint, type Remote } from 'comlink';
import type { Control } from '../tab-messages.ts';

/** The calls of a `Control` at the other end of a port. */
export type RemoteControl = Pick<Remote<Control>, keyof Control>;

/**
 * Wraps a port. comlink makes a proxy each time a property is read, and runs code when the garbage collector takes one: in
 * a page in the back/forward cache, that evicts the page. So there is one proxy for each call, and `release` unregisters
 * them all. It has to be called after the port is closed: otherwise comlink posts its own farewells.
 */
export function wrapControl(port: Endpoint): { readonly control: RemoteControl; release(): void } {
  const root = wrap<Control>(port);
  const { hello, open, renew, retry, close, stats, ping } = root;
  const control: RemoteControl = { hello, open, renew, retry, close, stats, ping };
  const proxies = [root, ...Object.values(control)];
  return {
    control,
    release() {
      for (const proxy of proxies.splice(0)) proxy[releaseProxy]();
    },
  };
}
