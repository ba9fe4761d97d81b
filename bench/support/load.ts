import { setTimeout as sleep } from 'node:timers/promises';
import { type Call, type HttpClient, post } from './http.js';
import { Latencies } from './latency.js';

/** Milliseconds before a due time from which on the loop spins instead of using a timer. */
const TIMER_SLACK = 1;
/** Milliseconds before the next call of a client that was refused. */
const REFUSED_PAUSE = 100;

/**
 * Open loop: call `i` is due at `i / perSecond`, whether or not the earlier calls are answered, and
 * its latency counts from then. A stall of the service counts for every request that waits
 * meanwhile.
 */
export async function openLoop(
  client: HttpClient,
  options: {
    readonly perSecond: number;
    /** Duration in seconds, or a condition. */
    readonly seconds?: number;
    readonly while?: () => boolean;
    readonly call: (index: number) => Call;
  },
): Promise<Latencies> {
  const {
    perSecond,
    seconds = Number.POSITIVE_INFINITY,
    while: goesOn = () => true,
    call,
  } = options;
  const latencies = new Latencies();
  const begun = performance.now();
  const underWay: Promise<void>[] = [];
  for (let index = 0; index < perSecond * seconds && goesOn(); index += 1) {
    const due = begun + (index * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > TIMER_SLACK) await sleep(wait - TIMER_SLACK);
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve));
    underWay.push(timed(client, call(index), due, latencies).then(() => undefined));
  }
  await Promise.all(underWay);
  return latencies;
}

/**
 * Closed loop: each of `clients` sends its next call when the last is answered, until `calls` are
 * sent or `while` is false. After a refused call a client pauses, as a real one would.
 */
export async function closedLoop(
  client: HttpClient,
  options: {
    readonly clients: number;
    readonly calls?: number;
    readonly while?: () => boolean;
    readonly call: (index: number) => Call;
    /** `status` is 0 for a broken connection. */
    readonly onReply?: (index: number, status: number) => void;
  },
): Promise<Latencies> {
  const { clients, calls = Number.POSITIVE_INFINITY, while: goesOn = () => true, call } = options;
  const latencies = new Latencies();
  let next = 0;
  const one = async () => {
    for (let index = next++; index < calls && goesOn(); index = next++) {
      const status = await timed(client, call(index), performance.now(), latencies);
      options.onReply?.(index, status);
      if (status === 503) await sleep(REFUSED_PAUSE);
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return latencies;
}

/**
 * Sends the calls from `clients` in a closed loop, then flushes. Returns the seconds until all were
 * accepted, and until all were stored. Throws if a call was refused.
 */
export async function storeAll(
  client: HttpClient,
  clients: number,
  calls: readonly Call[],
): Promise<{ readonly accepted: number; readonly stored: number }> {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const latencies = await closedLoop(client, {
    clients,
    calls: calls.length,
    call: (index) => calls[index] as Call,
  });
  const accepted = seconds();
  await client.succeed(post('flush'));
  const stored = seconds();
  const { errors } = latencies.summary();
  if (errors > 0) throw new Error(`${errors} batches were not accepted`);
  return { accepted, stored };
}

async function timed(
  client: HttpClient,
  call: Call,
  due: number,
  latencies: Latencies,
): Promise<number> {
  const status = await client.send(call).then(
    (reply) => reply.status,
    () => 0,
  );
  if (status === 200) latencies.add(performance.now() - due);
  else latencies.fail(status);
  return status;
}
