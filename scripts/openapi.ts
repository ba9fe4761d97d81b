import { writeFileSync } from 'node:fs';
import { SAVED_COPY, textOf } from './openapi/saved-copy.js';
import { servedDocument } from './openapi/served.js';

writeFileSync(SAVED_COPY, textOf(await servedDocument()));
console.log('openapi: docs/openapi.json now equals the served document; review the diff');
