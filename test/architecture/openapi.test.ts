import { beforeAll, describe, expect, it } from 'vitest';
import { lintProblems } from '../../scripts/openapi/lint.js';
import { difference, textOf } from '../../scripts/openapi/saved-copy.js';
import { servedDocument } from '../../scripts/openapi/served.js';

type Part = Record<string, Record<string, never>>;

interface Fault {
  readonly what: string;
  readonly rule: string;
  readonly make: (document: Record<string, Part>) => void;
}

/** Each in another part of the document. */
const FAULTS: readonly Fault[] = [
  {
    what: 'no contact',
    rule: 'info-contact',
    make: ({ info }) => void delete info?.contact,
  },
  {
    what: 'no servers',
    rule: 'oas3-api-servers',
    make: (document) => void delete document.servers,
  },
  {
    what: 'an operation without a description',
    rule: 'operation-description',
    make: ({ paths }) => void delete (paths?.['/health'] as Part | undefined)?.get?.description,
  },
  {
    what: 'an example that does not match its schema',
    rule: 'oas3-valid-schema-example',
    make: ({ components }) =>
      void Object.assign((components?.schemas as Part | undefined)?.Liveness ?? {}, {
        example: { status: 'dead' },
      }),
  },
  {
    what: 'a property without a description',
    rule: 'property-description',
    make: ({ components }) =>
      void Object.assign((components?.schemas as Part | undefined)?.Task?.properties ?? {}, {
        status: { type: 'string' },
      }),
  },
  {
    what: 'a parameter without a description',
    rule: 'parameter-description',
    make: ({ paths }) => {
      const list = paths?.['/api/v1/translation/tasks'] as
        | { get?: { parameters?: { description?: string }[] } }
        | undefined;
      delete list?.get?.parameters?.[0]?.description;
    },
  },
  {
    what: 'a requirement of an unknown scheme',
    rule: 'security-scheme-defined',
    make: ({ components }) => void delete components?.securitySchemes,
  },
];

describe('npm run check:openapi', () => {
  // A check of the document takes seconds, so that of all faults is one.
  let problems: readonly string[];
  beforeAll(async () => {
    const document = structuredClone(await servedDocument());
    for (const { make } of FAULTS) make(document as Record<string, Part>);
    problems = await lintProblems(document);
  });

  it.each(FAULTS)('reports $what', ({ rule }) => {
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toContain(rule);
  });

  it('reports nothing else', () => {
    const reported = new Set(problems.map((problem) => problem.split(' ', 1)[0]));
    expect([...reported].sort()).toEqual(FAULTS.map(({ rule }) => rule).sort());
  });

  it('accepts the served document', async () => {
    expect(await lintProblems(await servedDocument())).toEqual([]);
  });

  it('reports the first difference of a stale saved copy, and the solution', async () => {
    const served = await servedDocument();
    expect(difference(textOf(served), served)).toBeNull();
    const stale = textOf(served).replace('"getHealth"', '"askHealth"');
    const told = difference(stale, served);
    expect(told).toContain('  saved:  "operationId": "askHealth"');
    expect(told).toContain('  served: "operationId": "getHealth"');
    expect(told).toContain('npm run openapi');
    expect(difference('', served)).toContain('in line 1:');
    expect(difference(`${textOf(served)}{}\n`, served)).toContain('(nothing)');
  });
});
