// Copies the scripts and styles of the API pages out of their packages, with their licenses, so that
// an installed service needs neither Swagger UI nor ReDoc with its browser libraries (React, MobX).
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/** The service reads the files by name: src/adapters/http/openapi/page-assets.ts. */
const PACKAGES = [
  {
    name: 'swagger-ui-dist',
    manifest: require.resolve('swagger-ui-dist/package.json'),
    files: ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'NOTICE'],
  },
  {
    name: 'redoc',
    manifest: require.resolve('redoc/package.json'),
    files: ['bundles/redoc.standalone.js', 'bundles/redoc.standalone.js.LICENSE.txt'],
  },
];

export function copyApiPages(folder) {
  mkdirSync(folder, { recursive: true });
  for (const { name, manifest, files } of PACKAGES) {
    const from = dirname(manifest);
    for (const file of files) copyFileSync(join(from, file), join(folder, basename(file)));
    copyFileSync(join(from, 'LICENSE'), join(folder, `${name}.LICENSE.txt`));
  }
}
