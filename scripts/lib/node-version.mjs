// Exits with 78 if the version of Node is not supported, before a script uses newer features.
// src/node-version.ts does the same for the service. Use only syntax that an old Node understands.
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const floors = JSON.parse(text)
  .engines.node.replace(/[\^\s]/g, '')
  .split('||');
const [major, minor, patch] = process.versions.node.split('.').map(Number);

const fits = floors.some((floor) => {
  const [line, least, leastPatch] = floor.split('.').map(Number);
  return major === line && (minor > least || (minor === least && patch >= leastPatch));
});
if (!fits) {
  const lines = floors.map((floor) => `${floor.split('.')[0]} (from ${floor})`).join(', ');
  console.error(
    `Node ${process.versions.node} is not supported. Supported are ${lines}. Install the newest Node 24, run npm ci again and start again.`,
  );
  process.exit(78);
}
