// node scripts/wait-ready.mjs URL PID SECONDS: waits until the URL answers 200. Exit code 0 when it
// does, 1 when the process PID is gone before, 2 when the time is over.
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 100;
const [url = '', pid = '', seconds = ''] = process.argv.slice(2);
const deadline = performance.now() + Number(seconds) * 1000;

const isReady = () =>
  fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ status }) => status === 200,
    () => false,
  );

function isAlive() {
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and is someone else's.
    return error.code === 'EPERM';
  }
}

async function wait() {
  while (performance.now() < deadline) {
    // In this order: what answers on the port when ours is gone is another service.
    if (!isAlive()) return 1;
    if (await isReady()) return isAlive() ? 0 : 1;
    await pause(PAUSE_MS);
  }
  return 2;
}

process.exitCode = await wait();
