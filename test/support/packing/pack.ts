import { copyFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Packages that find files of their own, and the compiled driver. */
const LEFT_OUT = ['better-sqlite3', 'better-sqlite3-13', 'pino', 'pino-pretty', 'pino-roll', 'tsx'];

export interface Packed {
  readonly name: string;
  /** The first module. */
  readonly file: string;
}

/**
 * Packs a module and all that it imports into one script, `<name>.packed.js` in `folder`. A thousand
 * modules are read, linked and compiled at each start; a script is read at once, and comes with what
 * was compiled before: `<name>.js` starts it so (start-packed.cjs). `code` is the folder of the
 * project's own modules, of which no other one uses `import.meta`.
 */
export async function pack(folder: string, { name, file }: Packed, code: string): Promise<void> {
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: ROOT,
    publicDir: false,
    logLevel: 'warn',
    plugins: [withAddresses(code)],
    ssr: { noExternal: true, external: LEFT_OUT },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      rolldownOptions: {
        input: { [name]: file },
        output: {
          format: 'cjs',
          codeSplitting: false,
          entryFileNames: '[name].packed.js',
          // Names are in errors and logs, and stay.
          minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  });
  copyFileSync(join(import.meta.dirname, 'start-packed.cjs'), join(folder, `${name}.js`));
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }');
}

/**
 * Modules read files beside them: their address stays what it was, but for the one that starts the
 * thread, whose file is beside the packed script.
 */
function withAddresses(code: string): Plugin {
  return {
    name: 'with-addresses',
    enforce: 'pre',
    transform(text, id) {
      if (!id.startsWith(code)) return null;
      const address = /[\\/]start-thread\.[jt]s$/.test(id)
        ? 'require("node:url").pathToFileURL(__filename).href'
        : JSON.stringify(pathToFileURL(id).href);
      return text
        .replaceAll('import.meta.url', address)
        .replaceAll('import.meta.resolve', 'require.resolve')
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)));
    },
  };
}
