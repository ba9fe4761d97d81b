import { type Figure, plain } from './figure.js';
import { rounded } from './latency.js';
import { processorTime } from './processor-time.js';
import type { Running, Stage } from './stage.js';

/**
 * Begins to count. The returned function gives the processor time since then, in % of a core, of the
 * service, of the database server if there is one, and of the load generator.
 */
export function countShares(what: string, stage: Stage, { service }: Running): () => Figure[] {
  const times = () => ({
    service: processorTime(service.pid),
    ...(stage.store === 'mysql' ? { server: stage.serverTime() } : {}),
    'load generator': processorTime(process.pid),
  });
  const [begun, before] = [performance.now(), Object.values(times())];
  return () => {
    const seconds = (performance.now() - begun) / 1000;
    return Object.entries(times()).map(([process, time], index) => {
      const share = (100 * (time - (before[index] ?? 0))) / seconds;
      return plain(`${what}, ${process}`, rounded(share), '% of a core');
    });
  };
}
