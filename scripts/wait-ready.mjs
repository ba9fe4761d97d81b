// node scripts/wait-ready.mjs URL PID SECONDS: waits until the URL answers 200. Exit code 0 if it
// does, 1 if the process PID ends first, 2 on timeout.
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
    // EPERM: the process exists and belongs to another user.
    return error.code === 'EPERM';
  }
}

async function wait() {
  while (performance.now() < deadline) {
    // The order matters: if the process has ended, an answer on the port comes from another
    // service.
    if (!isAlive()) return 1;
    if (await isReady()) return isAlive() ? 0 : 1;
    await pause(PAUSE_MS);
  }
  return 2;
}

process.exitCode = await wait();
