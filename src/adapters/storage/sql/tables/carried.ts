import type { Collection } from '../../../../domain/collection.js';
import type { Version } from '../../../../domain/version.js';
import { versionOfField, type Write } from '../../../../domain/write.js';

/**
 * How a row keeps the versions of its optional fields (domain/merge.ts), of which nearly all are
 * those of the record: `carried_fields` has a bit for each field that some write contained, and the
 * column FIELD_older_version is null unless the field is older than the record. So nearly every row needs
 * one number instead of one for each field. Rows of earlier versions of the service have all numbers
 * and no bits: a number in FIELD_older_version always counts, and 0 means that no write contained the
 * field.
 */
export const CARRIED = 'carried_fields';

export interface VersionedField {
  readonly name: string;
  /** The column of its version. */
  readonly versionColumn: string;
  /** Its bit in CARRIED. */
  readonly bit: number;
}

/** The fields that have their own version, in order. */
export function versionedFields(collection: Collection): readonly VersionedField[] {
  return collection.fields
    .filter(({ rule, required }) => rule === 'replace' && !required)
    .map(({ name, number }) => ({
      name,
      versionColumn: `${name}_older_version`,
      bit: 2 ** (number - 1),
    }));
}

/** The value of CARRIED in the row of a write. */
export function carriedBy(fields: readonly VersionedField[], write: Write): number {
  let carried = 0;
  for (const { name, bit } of fields) if (write.fields[name] !== undefined) carried += bit;
  return carried;
}

/** The value of a version column in the row of a write. */
export function olderVersion({ name }: VersionedField, write: Write): Version | null {
  const version = versionOfField(write, name);
  return version === 0 || version === write.version ? null : version;
}
