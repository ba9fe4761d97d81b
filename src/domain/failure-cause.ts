import type { Collection } from './collection.js';
import type { RecordFields } from './write.js';

/** Characters of a message that are looked at, and of a cause. */
const LOOKED_AT = 2000;
const LONGEST = 300;

const WHITE_SPACE = /\s+/gu;
const URL = /\b[a-z][a-z0-9+.-]*:\/\/[^\s"'`<>()[\]{}，。；、（）「」『』【】“”‘’]+/giu;
const QUOTED = [
  /"[^"]*"/gu,
  /`[^`]*`/gu,
  /“[^”]*”/gu,
  /‘[^’]*’/gu,
  /「[^」]*」/gu,
  /『[^』]*』/gu,
  /《[^》]*》/gu,
  /«[^»]*»/gu,
  // Not an apostrophe.
  /(?<![\p{L}\p{N}])'[^']*'(?![\p{L}\p{N}])/gu,
];
/** A word with a digit, in Latin letters; Chinese text has no spaces around it. */
const WITH_DIGIT = /[A-Za-z0-9_]*\d[A-Za-z0-9_]*(?:[.:,/-][A-Za-z0-9_]+)*/gu;
const NUMBER =
  /^\d+(?:[.:,/-]\d+)*(?<unit>ns|us|ms|s|sec|min|m|h|d|k|kb|mb|gb|kib|mib|gib|b|x|st|nd|rd|th)?$/iu;

/** The cause that a record states. Throws a plain error for a collection whose records state none. */
export function causeIn({ name, failure }: Collection, fields: RecordFields): string {
  if (failure === null) throw new Error(`${name} says nothing about failures`);
  const message = fields[failure.message];
  return causeOf(typeof message === 'string' ? message : null);
}

/**
 * What failures with the same cause have in common: their message without what differs from record to
 * record. Numbers become `<number>`, other words with digits `<id>`, quoted parts `<quoted>` and
 * addresses `<url>`; at most 300 characters. Empty if there is no message.
 */
export function causeOf(message: string | null): string {
  if (message === null) return '';
  let cause = cut(message, LOOKED_AT).replace(URL, '<url>');
  for (const quoted of QUOTED) cause = cause.replace(quoted, '<quoted>');
  cause = cause.replace(WITH_DIGIT, (word) => {
    const number = NUMBER.exec(word);
    return number === null ? '<id>' : `<number>${number.groups?.unit ?? ''}`;
  });
  return cut(cause.replace(WHITE_SPACE, ' ').trim(), LONGEST).trim();
}

/** Does not cut a character of two code units in half. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/u, '');
}
