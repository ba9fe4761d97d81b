import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface ConsoleFile {
  /** The value of Content-Type. */
  readonly type: string;
  readonly content: Buffer<ArrayBuffer>;
  /** The content in gzip, made by the build; null if it is not smaller. */
  readonly gzip: Buffer<ArrayBuffer> | null;
  /** True if the name contains a hash of the content, so that the content never changes. */
  readonly hashed: boolean;
}

/** The entry page. Every path of the console that is no file is answered with it. */
export const ENTRY = 'index.html';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** The folder into which the build puts the console; absent if the sources run without a build. */
export const CONSOLE_FOLDER = join(import.meta.dirname, '..', '..', '..', 'console');

export function consoleIsBuilt(folder = CONSOLE_FOLDER): boolean {
  return existsSync(join(folder, ENTRY));
}

/**
 * Reads the built console into memory (about one megabyte), by path below /console/. A request is
 * only compared with these paths, so that none leads out of the folder. Empty if there is no build.
 */
export function readConsole(folder: string): ReadonlyMap<string, ConsoleFile> {
  if (!consoleIsBuilt(folder)) return new Map();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    files
      .filter((file) => !file.endsWith('.gz'))
      .map((file) => {
        const path = relative(folder, file).split(sep).join('/');
        const compressed = files.includes(`${file}.gz`) ? readFileSync(`${file}.gz`) : null;
        return [
          path,
          {
            type: TYPES[extname(file)] ?? 'application/octet-stream',
            content: readFileSync(file),
            gzip: compressed,
            hashed: path.startsWith('assets/'),
          },
        ];
      }),
  );
}
