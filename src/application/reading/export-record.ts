import type { Collection } from '../../domain/collection.js';
import { collectionOf } from '../../domain/collections/family.js';
import { belongingTo } from '../../domain/query.js';
import { compareUtf8 } from '../../domain/utf8-order.js';
import { type RecordFields, toRecord } from '../../domain/write.js';
import type { ExportedDocument, ExportedSheet } from '../../ports/file-format.js';
import { type WalkDependencies, walk } from './walk.js';

/** Reads a record with its children, as a document that a format writes to a file. */
export class ExportRecord {
  constructor(private readonly dependencies: WalkDependencies) {}

  /**
   * Reads what is stored: the caller has flushed the buffer. The children are read while the file
   * is written: what is stored meanwhile may be in it. Null if there is no such record.
   */
  async open(children: Collection, parentKey: string): Promise<ExportedDocument | null> {
    const { registry, versions } = this.dependencies;
    const { parent, cell, name } = children;
    if (parent === null || cell === null) throw new Error(`${name} are no cells of a file`);
    const collection = collectionOf(parent.collection);
    const stored = await registry.backendOf(collection.name).read(collection, parentKey);
    if (stored === null) return null;
    versions.observeAll([stored]);
    const own = belongingTo(parent.field, parentKey);
    const tallies = await registry
      .backendOf(name)
      .tally(children, [own], [cell.sheet, cell.column]);
    const columns = new Map<string, string[]>();
    for (const { values } of tallies) {
      const [sheet = '', column = ''] = values;
      const names = columns.get(sheet);
      if (names === undefined) columns.set(sheet, [column]);
      else names.push(column);
    }
    const sheets = [...columns]
      .sort(([a], [b]) => compareUtf8(a, b))
      .map(([sheet, names]): ExportedSheet => {
        const conditions = [own, { kind: 'one-of', field: cell.sheet, values: [sheet] }] as const;
        const sort = { field: cell.row, direction: 'asc' } as const;
        return {
          name: sheet,
          columns: names.sort(compareUtf8),
          records: () => walk(this.dependencies, children, { conditions, sort }),
        };
      });
    return {
      collection,
      record: toRecord(collection, stored),
      children,
      sheets,
      records: () => oneAfterAnother(sheets),
    };
  }
}

async function* oneAfterAnother(
  sheets: readonly ExportedSheet[],
): AsyncGenerator<readonly RecordFields[]> {
  for (const sheet of sheets) yield* sheet.records();
}
