/**
 * The name of a collection of `COLLECTIONS` (collections/list.ts): the name of its table, also used
 * in logs and metrics.
 */
export type CollectionName = string;

/**
 * - `id`: a short string compared byte for byte, without surrounding white space or control
 *   characters
 * - `string`: a short string; `text`: up to 1 MiB of UTF-8
 * - `integer`: 0 … 2^31-1; `ratio`: 0 … 1, kept to 4 decimals
 * - `instant`: epoch milliseconds; `json`: the text of a JSON object, without white space between
 *   its tokens
 */
export type FieldKind = 'id' | 'string' | 'text' | 'integer' | 'ratio' | 'instant' | 'json';

export type FieldValue = string | number | null;

/**
 * How a field of a write is merged with the same field of another write of the same key:
 * - `replace`: the value accepted last wins, field by field; an omitted field never wins
 * - `greatest`: the greater number wins, whenever it was accepted
 */
export type MergeRule = 'replace' | 'greatest';

export interface Field {
  /**
   * The number of the field, 1 to 31: unique in its collection, never changed and never used again.
   * A store notes by numbers which fields a record has (adapters/storage/sql/tables/carried.ts).
   */
  readonly number: number;
  readonly name: string;
  /** What it holds, in plain sentences, with its unit: for the documents (`explain.ts`). */
  readonly meaning: string;
  readonly kind: FieldKind;
  readonly rule: MergeRule;
  /**
   * Present in every write. An optional field stores the version of the write it came from; a
   * required one came from the newest write.
   */
  readonly required: boolean;
  /** The value that a record shows while no write has contained the field. */
  readonly initial: null | 0;
  /**
   * Maximum length: characters (code points) for `id` and `string`, UTF-8 bytes for `text` and
   * `json`.
   */
  readonly maxLength?: number;
}

/**
 * The lists that have a dedicated index for a sort or a filter: the list of `all` records, or the
 * list of the records of one `parent`. Other lists use another index, or read more records.
 */
export type IndexedList = 'all' | 'parent';

export interface SortField {
  readonly field: string;
  /** Each index is walked in both directions. */
  readonly index: readonly IndexedList[];
}

/**
 * How the query parameter `parameter` filters a list:
 * - `one-of`: the field is one of several values, separated by commas; `equals`: it is this value
 * - `contains`: the field, or one of the `others`, contains the text, case-sensitive and
 *   accent-sensitive
 * - `from`, `until`: the instant is at or after, at or before
 */
export interface Filter {
  readonly parameter: string;
  readonly field: string;
  readonly others?: readonly string[];
  readonly match: 'one-of' | 'equals' | 'contains' | 'from' | 'until';
  /** Only in the list of the records of one parent: elsewhere it would read the whole store. */
  readonly withinParent?: true;
  /** Such an index serves the filter in the default order, newest first. */
  readonly index: readonly IndexedList[];
}

/**
 * A collection described as data. All code that is independent of the collection (merging, the
 * buffer, the journal, SQL tables and indexes, query parameters, metrics) reads this description,
 * so a field, a filter or a collection is added in one place.
 */
export interface Collection {
  readonly name: CollectionName;
  /** What one record is called, and several: in metrics and in names of constraints. */
  readonly singular: string;
  readonly plural: string;
  /** What one record is, in a sentence. */
  readonly meaning: string;
  /** The number of the collection in the journal: 1 to 255. It never changes. */
  readonly journalCode: number;
  /** Name of the key field; keys are compared byte for byte. */
  readonly key: string;
  readonly keyMaxLength: number;
  readonly keyMeaning: string;
  /**
   * A record belongs to the record of `collection` whose key is in its field `field`, and is
   * deleted with it.
   */
  readonly parent: { readonly collection: CollectionName; readonly field: string } | null;
  /** Every field except the key, `created_at` and `updated_at`. */
  readonly fields: readonly Field[];
  /**
   * The field that indicates whether the work on a record is finished (`status.ts`); null if there
   * is no work.
   */
  readonly status: string | null;
  /** Finished records are deleted once they are old enough, with their descendants. */
  readonly expires: boolean;
  readonly sorts: readonly SortField[];
  readonly filters: readonly Filter[];
  /** The numeric fields that statistics add up. */
  readonly summed: readonly string[];
  /** The cell of a spreadsheet that a record is; null if it is none. */
  readonly cell: Cell | null;
  /** What a record says about a failure of its work; null if its work cannot be repeated. */
  readonly failure: Failure | null;
}

export interface Failure {
  /** The field with the reason, in the words of the client. */
  readonly message: string;
  /** The field that counts how often the work was repeated. */
  readonly attempts: string;
}

/** The fields that name the place of a cell, and its texts. */
export interface Cell {
  readonly sheet: string;
  readonly row: string;
  readonly column: string;
  readonly source: string;
  readonly target: string;
}

/** Filters of every collection, by the times of its records. */
export const TIMES: readonly Filter[] = [
  { parameter: 'from_date', field: 'created_at', match: 'from', index: [] },
  { parameter: 'to_date', field: 'created_at', match: 'until', index: [] },
  { parameter: 'updated_from', field: 'updated_at', match: 'from', index: [] },
  { parameter: 'updated_to', field: 'updated_at', match: 'until', index: [] },
];

export const MAX_INTEGER = 2_147_483_647;
/** Maximum size of one text or JSON field: 1 MiB of UTF-8. */
export const MAX_TEXT_BYTES = 1_048_576;

const required = { rule: 'replace', required: true, initial: null } as const;
const optional = { rule: 'replace', required: false, initial: null } as const;
const counter = { kind: 'integer', rule: 'greatest', required: false, initial: 0 } as const;

type Make = (number: number, name: string, meaning: string) => Field;
type MakeLimited = (number: number, name: string, maxLength: number, meaning: string) => Field;

export const requiredId: MakeLimited = (number, name, maxLength, meaning) => ({
  number,
  name,
  meaning,
  kind: 'id',
  maxLength,
  ...required,
});
export const requiredString: MakeLimited = (number, name, maxLength, meaning) => ({
  number,
  name,
  meaning,
  kind: 'string',
  maxLength,
  ...required,
});
export const requiredText: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'text',
  maxLength: MAX_TEXT_BYTES,
  ...required,
});
export const requiredInteger: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'integer',
  ...required,
});
export const optionalText: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'text',
  maxLength: MAX_TEXT_BYTES,
  ...optional,
});
export const optionalJson: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'json',
  maxLength: MAX_TEXT_BYTES,
  ...optional,
});
export const optionalInstant: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'instant',
  ...optional,
});
export const optionalRatio: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'ratio',
  ...optional,
});
export const optionalInteger: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'integer',
  ...optional,
});
/**
 * An integer that a write may omit, shown as 0 until a write contains it; the value accepted last
 * wins.
 */
export const gauge: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  kind: 'integer',
  ...optional,
  initial: 0,
});
/** An integer that never decreases. */
export const growingCounter: Make = (number, name, meaning) => ({
  number,
  name,
  meaning,
  ...counter,
});
