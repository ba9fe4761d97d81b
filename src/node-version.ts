import { readFileSync } from 'node:fs';

/**
 * From package.json, which is one folder above both src and dist; such as `^20.20.2 || ^22.14.0`.
 */
const SUPPORTED = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    engines: { node: string };
  }
).engines.node;

/**
 * Returns why the service does not run on this version of Node, in one line; null if it does.
 * scripts/lib/node-version.mjs does the same before there is a build.
 */
export function refusalOf(version: string): string | null {
  const floors = SUPPORTED.split('||').map((range) => range.replaceAll(/[\^\s]/g, ''));
  if (floors.some((floor) => fits(version, floor))) return null;
  const lines = floors.map((floor) => `${floor.split('.')[0]} (from ${floor})`);
  return `Node ${version} is not supported. Supported are ${lines.join(', ')}. Install the newest Node 24, run npm ci again and start again.`;
}

/** Of the same line, and not older. */
function fits(version: string, floor: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  const [line = 0, least = 0, leastPatch = 0] = floor.split('.').map(Number);
  return major === line && (minor > least || (minor === least && patch >= leastPatch));
}
