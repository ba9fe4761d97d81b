import { z } from '@hono/zod-openapi';
import type { IncomingRecord } from '../../../application/writing/accept-batch.js';
import type { Collection } from '../../../domain/collection.js';
import type { Issue } from '../../../domain/errors.js';
import type { Frame } from '../body/batch-records.js';
import { bodyObject } from '../body/body-object.js';
import { formatIssues, shorten, shortText } from '../problems/format-issues.js';
import { invalid, MAX_ISSUES } from '../problems/problem.js';
import { exampleOf } from './examples.js';
import { incomingSchema } from './record.schema.js';
import { RecordReader } from './record-reader.js';
import { described } from './values.js';

export const MAX_BATCH = 10_000;

/**
 * The body `{sessions: […]}` or `{tasks: […]}` of a batch.
 *
 * Records are checked and converted one by one, in one pass (docs/adr/0007-validation.md). The
 * schema only describes the problems of a bad record.
 */
export class BatchSchema {
  readonly #schema: z.ZodType<Record<string, unknown>>;
  readonly #reader: RecordReader;
  /** For the documentation. */
  readonly body: z.ZodType;

  constructor(
    collection: Collection,
    /** The only property of the body. */
    private readonly property: string,
    recordName: string,
  ) {
    const example = exampleOf(collection);
    const record = incomingSchema(collection).openapi(recordName, {
      description: collection.meaning,
      example,
    });
    this.#schema = record;
    this.#reader = new RecordReader(collection);
    this.body = z
      .strictObject({
        [property]: described(
          z.array(record).max(MAX_BATCH),
          `0 to ${MAX_BATCH} records. They are accepted as a whole or not at all; if a key occurs twice, the later one wins field by field.`,
        ),
      })
      .openapi(`${recordName}Batch`, { example: { [property]: [example] } });
  }

  /**
   * Returns the records of a batch; each is validated and converted before the next is parsed.
   * Throws VALIDATION_ERROR with all problems found, up to a hundred, if any record is bad.
   */
  async parse(frame: Frame): Promise<readonly IncomingRecord[]> {
    const { property } = this;
    const issues: Issue[] = [];
    const incoming: IncomingRecord[] = [];
    let count = 0;
    await frame.each(this.#recordsOf(frame.body), (record, index) => {
      count = index + 1;
      if (count > MAX_BATCH || issues.length >= MAX_ISSUES) return;
      const read = this.#reader.read(record);
      if (read === null) issues.push(...this.#issuesOf(record, index));
      else incoming.push(read);
    });
    if (count > MAX_BATCH) {
      const message = `has ${count} records; send at most ${MAX_BATCH} at a time`;
      throw invalid([{ path: property, message }]);
    }
    if (issues.length > 0) throw invalid(issues);
    return incoming;
  }

  #recordsOf(body: unknown): readonly unknown[] {
    const { property } = this;
    const object = bodyObject(body, `{"${property}": [...]}`);
    const unknown = Object.keys(object).filter((name) => name !== property);
    if (unknown.length > 0) {
      throw invalid(
        unknown.slice(0, MAX_ISSUES).map((name) => ({
          path: shortText(name),
          message: `is unknown; the body has only "${property}"`,
        })),
      );
    }
    const records = object[property];
    if (Array.isArray(records)) return records;
    const value = shorten(records);
    const message = records === undefined ? 'is required' : 'expected a list of records';
    throw invalid([{ path: property, message, ...(value === undefined ? {} : { value }) }]);
  }

  #issuesOf(record: unknown, index: number): readonly Issue[] {
    const path = `${this.property}[${index}]`;
    const checked = this.#schema.safeParse(record);
    if (!checked.success) return formatIssues(checked.error, path, record);
    return [{ path, message: 'is not a valid record' }];
  }
}
