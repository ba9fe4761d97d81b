import { setTimeout as sleep } from 'node:timers/promises';
import type { Call, HttpClient } from './http.js';
import { Latencies } from './latency.js';

/** Milliseconds ahead of a due time at which the timer is trusted no longer. */
const TIMER_SLACK = 1;
/** Before the next call of a client that was told to come back later. */
const REFUSED_PAUSE = 100;

/**
 * Open loop: call `i` is due at `i / perSecond`, whether or not the earlier ones are answered, and
 * its latency counts from then. A service that stalls is charged for everyone who waited meanwhile.
 */
export async function openLoop(
  client: HttpClient,
  options: {
    readonly perSecond: number;
    /** How long, or while what holds. */
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
 * sent or `while` no longer holds. A refused call makes its client pause, as a real one would.
 */
export async function closedLoop(
  client: HttpClient,
  options: {
    readonly clients: number;
    readonly calls?: number;
    readonly while?: () => boolean;
    readonly call: (index: number) => Call;
    /** `status` is 0 for a connection that broke. */
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
  else latencies.fail();
  return status;
}
