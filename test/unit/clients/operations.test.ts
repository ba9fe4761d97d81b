import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MEMBERS } from '../../../clients/typescript/answers.js';
import { PersistenceClient } from '../../../clients/typescript/index.js';
import { OPERATIONS } from '../../../clients/typescript/operations.js';

interface Operation {
  operationId: string;
  responses: Record<number, { content?: Record<string, { schema: { $ref?: string } }> }>;
}
const root = join(import.meta.dirname, '..', '..', '..');
const { paths, components } = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
const documented = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(
    ([method, { operationId }]) => [operationId, [method.toUpperCase(), path]] as const,
  ),
);

interface Property {
  type?: string | string[];
  $ref?: string;
  allOf?: unknown;
  enum?: string[];
}
interface Schema {
  properties: Record<string, Property>;
  required: string[];
}
/** The schema of each answer of JSON, by operation. */
const answers = new Map(
  Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ operationId, responses }) => {
      const { $ref = '' } = responses[200]?.content?.['application/json']?.schema ?? {};
      const schema = components.schemas[$ref.replace('#/components/schemas/', '')];
      return schema === undefined ? [] : [[operationId, schema] as const];
    }),
  ),
);
/** How the document names a kind. */
const NAMES: Readonly<Record<string, readonly unknown[]>> = {
  number: ['integer', 'number'],
  list: ['array'],
  cursor: [['string', 'null']],
};

describe('the client', () => {
  it('has a method for each operation of the API, and no other', () => {
    const methods = Object.getOwnPropertyNames(PersistenceClient.prototype);
    expect(methods.filter((name) => name !== 'constructor').sort()).toEqual(
      documented.map(([operation]) => operation).sort(),
    );
  });

  it('knows each answer of JSON by members that the document requires', () => {
    for (const [operation, members] of Object.entries(MEMBERS)) {
      if (operation === 'getOpenApiDocument') continue;
      const { properties, required } = answers.get(operation) ?? {};
      for (const [name, kind] of Object.entries(members)) {
        const { type, $ref, allOf, enum: words } = properties?.[name] ?? {};
        const documented = $ref === undefined && allOf === undefined ? type : 'object';
        expect(required, `${operation}: ${name}`).toContain(name);
        if (typeof kind !== 'string') expect(words, operation).toEqual(kind);
        else expect(NAMES[kind] ?? [kind], `${operation}: ${name}`).toContainEqual(documented);
      }
    }
  });

  it('knows the method and the path of each', () => {
    expect(OPERATIONS).toEqual(Object.fromEntries(documented));
  });
});
