import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  driverVersion,
  openDatabase,
} from '../../../../src/adapters/sqlite-driver/open-database.js';
import { collectStatements } from '../../../support/collect-statements.js';

const major = Number(process.versions.node.split('.')[0]);

describe('the SQLite driver', () => {
  it('is better-sqlite3 12 on Node 20, and 13 on later versions', () => {
    expect(driverVersion().split('.')[0]).toBe(major === 20 ? '12' : '13');
  });

  it('releases statements that nothing uses any more', () => {
    expect(collectStatements()).toBe(2500);
  });

  it('releases them in a thread too', async () => {
    const loader = import.meta.resolve('tsx/esm/api');
    const file = new URL('../../../support/collect-statements.ts', import.meta.url);
    const load = `import('${loader}').then(({ register }) => { register(); return import('${file.href}'); })`;
    const thread = new Worker(load, { eval: true });
    expect(await once(thread, 'message')).toEqual([2500]);
    expect(await once(thread, 'exit')).toEqual([0]);
  });

  it('passes on the message of SQLite for a file that it cannot open', () => {
    expect(() => openDatabase('/proc/no-such-folder/a.db')).toThrow(
      'Cannot open database because the directory does not exist',
    );
  });

  it('says what to do if the packages were installed with another version of Node', async () => {
    const versions = process.versions;
    const napi = major === 20 ? '10' : '9';
    Object.defineProperty(process, 'versions', { value: { ...versions, napi } });
    onTestFinished(() => {
      Object.defineProperty(process, 'versions', { value: versions });
      vi.resetModules(); // The files after this one share the modules.
    });
    vi.resetModules();
    const other = await import('../../../../src/adapters/sqlite-driver/open-database.js');
    expect(() => other.openDatabase(':memory:')).toThrow(
      `is not installed for Node ${versions.node}. The packages were installed with another version of Node, or without their install scripts.`,
    );
  });

  it('has versions with the interface that its types describe', () => {
    const { optionalDependencies, dependencies } = JSON.parse(
      readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8'),
    );
    expect([dependencies['better-sqlite3'], optionalDependencies['better-sqlite3-13']]).toEqual([
      expect.stringMatching(/^12\.\d+\.\d+$/),
      expect.stringMatching(/^npm:better-sqlite3@13\.\d+\.\d+$/),
    ]);
  });
});
