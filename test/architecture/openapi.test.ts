import { describe, expect, it } from 'vitest';
import { lintProblems } from '../../scripts/openapi/lint.js';
import { difference, textOf } from '../../scripts/openapi/saved-copy.js';
import { servedDocument } from '../../scripts/openapi/served.js';

type Part = Record<string, Record<string, never>>;

/** The served document with an error in it. */
async function broken(how: (document: Record<string, Part>) => void): Promise<object> {
  const document = structuredClone(await servedDocument());
  how(document as Record<string, Part>);
  return document;
}

describe('npm run check:openapi', () => {
  it.each<[string, (document: Record<string, Part>) => void, string]>([
    ['no contact', ({ info }) => void delete info?.contact, 'info-contact'],
    ['no servers', (document) => void delete document.servers, 'oas3-api-servers'],
    [
      'an operation without a description',
      ({ paths }) => void delete (paths?.['/health'] as Part | undefined)?.get?.description,
      'operation-description',
    ],
    [
      'an example that does not match its schema',
      ({ components }) =>
        void Object.assign((components?.schemas as Part | undefined)?.Liveness ?? {}, {
          example: { status: 'dead' },
        }),
      'oas3-valid-schema-example',
    ],
    [
      'a property without a description',
      ({ components }) =>
        void Object.assign((components?.schemas as Part | undefined)?.Task?.properties ?? {}, {
          status: { type: 'string' },
        }),
      'property-description',
    ],
    [
      'a parameter without a description',
      ({ paths }) => {
        const list = paths?.['/api/v1/translation/tasks'] as
          | { get?: { parameters?: { description?: string }[] } }
          | undefined;
        delete list?.get?.parameters?.[0]?.description;
      },
      'parameter-description',
    ],
    [
      'a requirement of an unknown scheme',
      ({ components }) => void delete components?.securitySchemes,
      'security-scheme-defined',
    ],
  ])('reports %s', async (_, how, rule) => {
    const problems = await lintProblems(await broken(how));
    expect(problems.map((problem) => problem.split(' ', 1)[0])).toContain(rule);
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
