import type { Collection } from './collection.js';
import { toRecord, versionOfField, type Write } from './write.js';

/**
 * A checksum of stored records: 64 bits. That of several records is the sum of theirs, so it does
 * not depend on their order, and equal records of two stores cancel out. It detects mistakes, not
 * forgeries.
 */
export type Checksum = bigint;

export function sumOfChecksums(one: Checksum, other: Checksum): Checksum {
  return BigInt.asUintN(64, one + other);
}

export function differenceOfChecksums(one: Checksum, other: Checksum): Checksum {
  return BigInt.asUintN(64, one - other);
}

/** 16 hexadecimal digits. */
export function printedChecksum(checksum: Checksum): string {
  return checksum.toString(16).padStart(16, '0');
}

/** Of everything that `sameStored` compares (stored.ts). */
export function checksumOf(collection: Collection, write: Write): Checksum {
  const versions = collection.fields.map(({ name, rule, required }) =>
    rule === 'greatest' || required ? 0 : versionOfField(write, name),
  );
  const values = Object.values(toRecord(collection, write));
  return hashOf(JSON.stringify([collection.name, write.version, versions, values]));
}

/** Two multiplicative hashes of 32 bits, with the constants of FNV-1a and of MurmurHash3. */
function hashOf(text: string): Checksum {
  let [high, low] = [0x811c9dc5, 0x9747b28c];
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 0x01000193);
    low = Math.imul(low ^ unit, 0x85ebca6b);
    low = (low << 13) | (low >>> 19);
  }
  return (BigInt(mixed(high ^ (low >>> 7))) << 32n) | BigInt(mixed(low));
}

/** The final mix of MurmurHash3: every bit of the input changes half of the bits. */
function mixed(hash: number): number {
  const once = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return (twice ^ (twice >>> 16)) >>> 0;
}
