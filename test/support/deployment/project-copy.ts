import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PROJECT } from './deployed.js';

const LEFT_OUT = ['.builds', '.git', 'coverage', 'data', 'node_modules', 'reports'];

/**
 * A copy of the project folder, as a reader of a document has it; removed with everything created
 * in it.
 */
export function copyOfProject(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ps-project-'));
  cpSync(PROJECT, folder, {
    recursive: true,
    filter: (path) => path === PROJECT || !LEFT_OUT.includes(basename(path)),
  });
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
