import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import {
  SqliteBackend,
  type SqliteSettings,
} from '../../../../src/adapters/storage/sqlite/sqlite-backend.js';

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ps-sqlite-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A backend that is closed when the test ends; not opened yet. */
export function aBackend(path: string, settings: Partial<SqliteSettings> = {}): SqliteBackend {
  const backend = new SqliteBackend({
    path,
    migrateOnStart: true,
    collections: ['translation_sessions', 'translation_tasks'],
    ...settings,
  });
  onTestFinished(() => backend.close());
  return backend;
}
