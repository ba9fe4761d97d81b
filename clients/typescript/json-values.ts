import { InvalidValueError } from './errors.js';

/**
 * Refuses what JSON would leave out, or turn into another value, at any depth of `value`. Throws
 * InvalidValueError with the path of it, such as `metadata.scores[3]`. A member of an object that
 * is `undefined` is left out, as everywhere.
 */
export function checkJson(path: string, value: unknown, around: readonly object[] = []): void {
  const reason = reasonAgainst(value, around);
  if (reason !== null) throw new InvalidValueError(path, reason);
  if (typeof value !== 'object' || value === null) return;
  const within = [...around, value];
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    checkJson(path, value.toJSON(), within);
  } else if (Array.isArray(value)) {
    // By index, as a list may have holes.
    for (let index = 0; index < value.length; index += 1) {
      checkJson(`${path}[${index}]`, value[index], within);
    }
  } else {
    for (const [name, member] of Object.entries(value)) {
      if (member !== undefined) checkJson(`${path}.${name}`, member, within);
    }
  }
}

/** Null if JSON can express the value itself. */
function reasonAgainst(value: unknown, around: readonly object[]): string | null {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? null : `${value} would be sent as null`;
    case 'undefined':
      return 'undefined would be sent as null';
    case 'bigint':
      return 'JSON has no BigInt; send a number or a text';
    case 'function':
    case 'symbol':
      return `a ${typeof value} would be left out, as JSON has none`;
    case 'object':
      return value === null ? null : reasonAgainstObject(value, around);
    default:
      return null;
  }
}

function reasonAgainstObject(value: object, around: readonly object[]): string | null {
  if (around.includes(value)) return 'contains itself';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an invalid Date' : null;
  if ('toJSON' in value) return null;
  // Such as a Map or a Promise, whose content would be lost.
  const kind = Object.prototype.toString.call(value).slice('[object '.length, -1);
  if (kind === 'Object' || kind === 'Array') return null;
  return `JSON has no ${kind}; send a plain object, a list or a text`;
}
