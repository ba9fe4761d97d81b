import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PersistenceClient } from '../../../clients/typescript/index.js';
import { OPERATIONS } from '../../../clients/typescript/operations.js';

const root = join(import.meta.dirname, '..', '..', '..');
const { paths } = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, { operationId: string }>>;
};
const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId }]) => [operationId, [method.toUpperCase(), path]] as const,
  ),
);

describe('the client', () => {
  it('has a method for each operation of the API, and no other', () => {
    const methods = Object.getOwnPropertyNames(PersistenceClient.prototype);
    expect(methods.filter((name) => name !== 'constructor').sort()).toEqual(
      documented.map(([operation]) => operation).sort(),
    );
  });

  it('knows the method and the path of each', () => {
    expect(OPERATIONS).toEqual(Object.fromEntries(documented));
  });
});
