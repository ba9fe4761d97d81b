import { inject } from 'vitest';

/**
 * Where a store finds its migrations: those of the project, unless the tests use more collections.
 */
export function migrationsOf(dialect: 'sqlite' | 'mysql'): { readonly migrations?: string } {
  const folder = inject('migrations');
  return folder === undefined ? {} : { migrations: `${folder}/${dialect}` };
}

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder with migrations for each dialect, generated for the collections of the tests. */
    readonly migrations?: string;
  }
}
