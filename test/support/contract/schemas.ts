import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument } from './document.js';

const DOCUMENT = 'openapi';

/** Checks values against the schemas of a document. */
export class Schemas {
  readonly #ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, coerceTypes: false });

  constructor(document: OpenApiDocument) {
    addFormats.default(this.#ajv);
    this.#ajv.addVocabulary(['example', 'paths', 'components']);
    this.#ajv.addSchema({ paths: document.paths, components: document.components }, DOCUMENT);
  }

  /** The problems of a value; `place` is the path to its schema. */
  problemsOf(value: unknown, ...place: readonly string[]): readonly string[] {
    const pointer = place
      .map((name) => encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = this.#ajv.getSchema(`${DOCUMENT}#/${pointer}`);
    if (validate === undefined) throw new Error(`the document has nothing at ${pointer}`);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message = '', params }) => {
      const name = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
      return `body${instancePath} ${message}${name}`;
    });
  }
}
