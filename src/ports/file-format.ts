import type { Collection } from '../domain/collection.js';
import type { RecordFields } from '../domain/write.js';

/**
 * - `sheets`: a worksheet per sheet, with a row per row of the original file and a column per column
 * - `records`: a row or a line per record, with every field
 */
export type Layout = 'sheets' | 'records';

/** What is exported: a record, and the records that belong to it. Read it as you write it. */
export interface ExportedDocument {
  readonly collection: Collection;
  readonly record: RecordFields;
  readonly children: Collection;
  /** In the order of their names, by code point. */
  readonly sheets: readonly ExportedSheet[];
  /** All children, in the order of their rows within a sheet, sheet by sheet. */
  records(): RecordChunks;
}

export interface ExportedSheet {
  readonly name: string;
  /** The names of its columns, in the order of code points. */
  readonly columns: readonly string[];
  /** Its records, by row ascending; the records of one row are neighbours. */
  records(): RecordChunks;
}

export type RecordChunks = AsyncIterable<readonly RecordFields[]>;

export interface FormatOptions {
  /** One of `layouts`. */
  readonly layout: Layout;
  /** CSV: cells that a spreadsheet would run as a formula stay as they are. */
  readonly keepFormulas: boolean;
}

/** Writes documents as files of one format. */
export interface FileFormat {
  /** As clients name it, which is also the extension of its files. */
  readonly name: string;
  readonly contentType: string;
  /** The layouts that it has, the default first. */
  readonly layouts: readonly Layout[];
  /**
   * The bytes of the file, in pieces, in flat memory: it reads the document as fast as the pieces are
   * taken. Ends its reads when it is ended early. Throws what the document throws.
   */
  write(document: ExportedDocument, options: FormatOptions): AsyncGenerator<Uint8Array>;
}
