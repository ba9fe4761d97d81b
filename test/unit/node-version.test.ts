import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../src/node-version.js';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'lib', 'node-version.mjs');

const SUPPORTED = ['20.20.2', '20.21.0', '22.14.0', '22.23.3', '24.0.0', '24.21.0'];
const OTHERS = [
  '18.20.8',
  '20.20.1',
  '20.19.9',
  '21.7.3',
  '22.13.1',
  '23.11.1',
  '25.0.0',
  '26.1.0',
];

/** What the script says and how it ends, on a Node that calls itself otherwise. */
function script(version: string): Promise<{ readonly code: unknown; readonly said: string }> {
  const versions = JSON.stringify({ ...process.versions, node: version });
  const claim = `Object.defineProperty(process, 'versions', { value: ${versions} })`;
  const words = ['--import', `data:text/javascript,${encodeURIComponent(claim)}`, SCRIPT];
  return new Promise((resolve) => {
    execFile(process.execPath, words, (error, _, said) =>
      resolve({ code: error?.code ?? 0, said }),
    );
  });
}

describe('a version of Node', () => {
  it.each(SUPPORTED)('%s is accepted, by the service and by the scripts', async (version) => {
    expect(refusalOf(version)).toBeNull();
    expect(await script(version)).toEqual({ code: 0, said: '' });
  });

  it.each(OTHERS)('%s is refused, by both in the same words and with 78', async (version) => {
    const refusal = refusalOf(version);
    expect(refusal).toContain(`Node ${version} is not supported`);
    expect(await script(version)).toEqual({ code: 78, said: `${refusal}\n` });
  });

  it('is refused in one line: the version found, the supported versions, the solution', () => {
    expect(refusalOf('23.11.1')).toBe(
      'Node 23.11.1 is not supported. Supported are 20 (from 20.20.2), 22 (from 22.14.0), 24 (from 24.0.0). Install the newest Node 24, run npm ci again and start again.',
    );
  });
});
