import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The folder into which the build copies the files; absent if the sources run without a build. */
const BUILT = join(import.meta.dirname, '..', '..', '..', 'api-pages');

/**
 * The files of Swagger UI and ReDoc, by the path under which they are served; nothing is loaded from
 * another host. Without a build they are read from the packages of the development.
 */
export const ASSETS: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/docs/swagger-ui.css': [fileOf('swagger-ui-dist', 'swagger-ui.css'), 'text/css'],
  '/docs/swagger-ui-bundle.js': [
    fileOf('swagger-ui-dist', 'swagger-ui-bundle.js'),
    'text/javascript',
  ],
  '/redoc/redoc.standalone.js': [
    fileOf('redoc', 'redoc.standalone.js', 'bundles'),
    'text/javascript',
  ],
};

function fileOf(name: string, file: string, folder = ''): string {
  if (existsSync(BUILT)) return join(BUILT, file);
  const manifest = createRequire(import.meta.url).resolve(`${name}/package.json`);
  return join(dirname(manifest), folder, file);
}
