import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const LIST = pathOf('../../src/domain/collections/list.ts');
const OTHER = pathOf('./list.ts');

/** Replaces every import of the project's list with the list of this folder. */
export function replaceList(): Plugin {
  return {
    name: 'third-collection',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith('/list.js') || importer === undefined) return null;
      const resolved = await this.resolve(source, importer, { skipSelf: true });
      return resolved?.id === LIST ? OTHER : null;
    },
  };
}
