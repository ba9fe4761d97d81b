import type { Found, Reading } from './found.js';

/** An argument that is not a command, an option or a key: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const FLAG = /^--([^=.]+\.[^=]+)(?:=(.*))?$/s;

/**
 * Separates the configuration flags from the other arguments, which keep their order. Arguments
 * after `--` are not flags.
 */
export function takeFlags(all: readonly string[]): {
  readonly flags: readonly string[];
  readonly words: readonly string[];
} {
  const flags: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < all.length; index += 1) {
    const word = all[index] ?? '';
    if (word === '--') return { flags, words: [...words, ...all.slice(index)] };
    const [isFlag, , inline] = FLAG.exec(word) ?? [];
    if (isFlag === undefined) {
      words.push(word);
      continue;
    }
    flags.push(word);
    const next = all[index + 1];
    if (inline === undefined && next !== undefined && !next.startsWith('--')) {
      flags.push(next);
      index += 1;
    }
  }
  return { flags, words };
}

/**
 * Reads flags: `--buffer.max_buffer_size=500`, or the value as the next argument. Throws UsageError
 * for arguments that do not look like a key; it names them without the values that they may carry.
 */
export function readFlags(words: readonly string[]): Reading {
  const found: Found[] = [];
  const problems: string[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    const [, key, inline] = FLAG.exec(word) ?? [];
    if (key === undefined) {
      const [name] = word.split('=');
      throw new UsageError(
        `${name}: is neither a command, an option, nor a key such as --service.port (see --help)`,
      );
    }
    const next = words[index + 1];
    if (inline !== undefined) {
      found.push({ key, value: inline, source: `flag --${key}` });
    } else if (next === undefined || next.startsWith('--')) {
      problems.push(`${key}: the flag --${key} has no value`);
    } else {
      found.push({ key, value: next, source: `flag --${key}` });
      index += 1;
    }
  }
  return { found, problems };
}
