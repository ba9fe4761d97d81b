import { type Collection, type Field, MAX_INTEGER, MAX_TEXT_BYTES } from '../collection.js';

/** A field in sentences, for the API document and the tables of the guide. */
export interface Explanation {
  readonly name: string;
  readonly meaning: string;
  /** Its type and limits. */
  readonly limits: string;
  /** What a write that omits it does, and what null does. Empty if clients do not write the field. */
  readonly omitted: string;
  /** Every write must contain it. */
  readonly required: boolean;
}

const ID_RULE =
  'compared byte for byte; without white space at its ends, control characters and bidirectional controls; not "." or ".."';

/** Every field of a record: the key, those of the description, and the times that the service sets. */
export function explain(collection: Collection): readonly Explanation[] {
  const { key, keyMeaning, keyMaxLength, fields } = collection;
  return [
    {
      name: key,
      meaning: keyMeaning,
      limits: `1 to ${keyMaxLength} characters, ${ID_RULE}.`,
      omitted: 'Required in every write.',
      required: true,
    },
    ...fields.map((field) => explainField(collection, field)),
    serviceTime('created_at', 'When the service first accepted the record.'),
    serviceTime('updated_at', 'When the service last accepted a write of the record.'),
  ];
}

/** The whole explanation in one text. */
export function inOneText({ meaning, limits, omitted }: Explanation): string {
  return [meaning, limits, omitted].filter((part) => part !== '').join(' ');
}

function explainField(collection: Collection, field: Field): Explanation {
  const { name, meaning, required } = field;
  const limits = limitsOf(field, name === collection.status);
  return { name, meaning, limits, omitted: omittedOf(collection, field), required };
}

function limitsOf({ kind, maxLength = 0 }: Field, isStatus: boolean): string {
  if (isStatus) {
    return `1 to ${maxLength} lower-case letters, digits and _, beginning with a letter.`;
  }
  switch (kind) {
    case 'id':
      return `1 to ${maxLength} characters, ${ID_RULE}.`;
    case 'string':
      return `1 to ${maxLength} characters.`;
    case 'text':
      return `At most ${MAX_TEXT_BYTES} bytes of UTF-8 (1 MiB).`;
    case 'integer':
      return `A whole number from 0 to ${MAX_INTEGER}.`;
    case 'ratio':
      return 'A number from 0 to 1, kept to 4 decimals.';
    case 'instant':
      return 'An ISO 8601 date-time between the years 1000 and 9999; without a zone it is UTC.';
    case 'json':
      return `A JSON object of at most ${MAX_TEXT_BYTES} bytes (1 MiB); it comes back as it was sent.`;
  }
}

function omittedOf({ parent }: Collection, { name, required, rule, initial }: Field): string {
  if (name === parent?.field) {
    return 'Required in every write, always with the same value: a write that names another one is refused.';
  }
  if (required) return 'Required in every write; the last accepted value wins.';
  if (rule === 'greatest') {
    return `The greater value is kept, so it never decreases; a write that omits it changes nothing, and it is ${initial} at first.`;
  }
  const kept = `A write that omits it keeps its value, which is ${initial} at first`;
  return initial === null ? `${kept}; null clears it.` : `${kept}.`;
}

function serviceTime(name: string, meaning: string): Explanation {
  return {
    name,
    meaning: `${meaning} The service sets it; a write may contain it, and it is ignored.`,
    limits: 'An ISO 8601 date-time in UTC, with milliseconds and Z.',
    omitted: '',
    required: false,
  };
}
