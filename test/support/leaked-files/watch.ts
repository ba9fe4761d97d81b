import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

/**
 * What this process opened and left open. The files of a worker share it, unlike a setup file, which
 * each of them runs anew.
 */
export const watched = { opened: false, leaks: [] as string[] };

process.on('warning', ({ message }) => {
  if (/Closing .* on garbage collection/.test(message)) watched.leaks.push(message);
});

const { open } = fs;
fs.open = (...args: Parameters<typeof open>) => {
  watched.opened = true;
  return open(...args);
};
syncBuiltinESMExports();
