import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** Mode bits that permit the group or others to write. */
const OTHERS_WRITE = 0o022;

/**
 * Returns the content of a file with a secret, or a text, to follow its name, why it is refused. A
 * user who can write to it chooses the secret: the accepted key, or the password that is sent. Read
 * permissions are up to its owner: containers mount secrets world-readable.
 */
export function readSecretFile(path: string): { content: string } | { problem: string } {
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      // Windows has no modes, and a pipe belongs to the process that made it for this one.
      if (process.platform !== 'win32' && stats.isFile() && (stats.mode & OTHERS_WRITE) !== 0) {
        const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0');
        return {
          problem: `is writable by users other than its owner (mode ${mode}); run chmod go-w on it`,
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
