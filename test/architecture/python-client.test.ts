import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { SAVED_COPY } from '../../scripts/openapi/saved-copy.js';
import type { ApiDocument } from '../../scripts/python-client/document.js';
import { generatedFiles } from '../../scripts/python-client/files.js';

// biome-ignore lint/suspicious/noExplicitAny: the tests change any part of the document.
function changed(how: (document: any) => void): ReadonlyMap<string, string> {
  const document = JSON.parse(readFileSync(SAVED_COPY, 'utf8'));
  how(document);
  return generatedFiles(document as ApiDocument);
}

describe('the generated part of the Python client', () => {
  it('explains a field as the document does', () => {
    const files = changed(({ components }) => {
      components.schemas.TaskInput.properties.batch_id.description =
        'What is sent "together" \\o/.';
    });
    expect(files.get('records.py')).toContain(
      '    batch_id: str\n    """What is sent "together" \\\\o/."""',
    );
  });

  it('offers a parameter that is new to both clients, and its iterator', () => {
    const files = changed(({ paths }) => {
      paths['/api/v1/translation/tasks'].get.parameters.push({
        name: 'only_slow',
        in: 'query',
        schema: { type: 'boolean' },
        description: 'Only slow tasks.',
      });
    });
    for (const manner of ['blocking', 'asynchronous']) {
      const text = files.get(`${manner}/listing.py`) ?? '';
      expect(text.match(/only_slow: Optional\[bool\] = None,/g)).toHaveLength(2);
      expect(text).toContain('only_slow: Only slow tasks.');
    }
  });

  it('refuses a document that it cannot express', () => {
    const withType = (type: string) => () =>
      changed(({ components }) => {
        components.schemas.Task.properties.status = { type };
      });
    expect(withType('matrix')).toThrow('the generator knows no type matrix');
    expect(() => changed(({ components }) => delete components.schemas.Task)).toThrow(
      'no schema Task',
    );
  });
});
