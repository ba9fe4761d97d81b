import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from './free-port.js';

/**
 * Waits until no other process holds this port, and holds it; returns how to give it back. The end
 * of a process gives it back too.
 */
export async function takeTurn(port: number): Promise<() => Promise<void>> {
  for (;;) {
    const holder = await listen(port);
    if (holder === null) {
      await sleep(100);
      continue;
    }
    return async () => {
      holder.close();
      await once(holder, 'close');
    };
  }
}
