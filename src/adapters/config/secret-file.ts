import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Bits of a mode with which the group or everybody may write. */
const OTHERS_WRITE = 0o022;

/**
 * What a file with a secret holds; or in words, after its name, why it is not to be used. Whoever can
 * write to it chooses the secret: the key that is let in, or the password that is sent. Who may read
 * it is up to its owner: containers mount secrets for all to read.
 */
export function readSecretFile(path: string): { content: string } | { problem: string } {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      // Windows knows no modes, and a pipe belongs to whoever has made it for this process.
      if (process.platform !== 'win32' && stats.isFile() && (stats.mode & OTHERS_WRITE) !== 0) {
        const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
        return {
          problem: `can be written by others than its owner (mode ${mode}); run chmod go-w on it`,
        };
      }
      return { content: readFileSync(file, 'utf8') };
    } finally {
      closeSync(file);
    }
  } catch {
    return { problem: 'cannot be read' };
  }
}
