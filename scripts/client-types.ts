import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import openapiTS, { astToString } from 'openapi-typescript';

// npm run client:types: writes the types of the TypeScript client, which the console uses too, from
// docs/openapi.json. With --check it only compares.

const root = join(import.meta.dirname, '..');
const place = 'clients/typescript/schema.ts';
const file = join(root, place);

const ast = await openapiTS(new URL('../docs/openapi.json', import.meta.url));
const text = `// Made from docs/openapi.json by \`npm run client:types\`. Do not edit.\n\n${astToString(ast)}`;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') === text) console.log(`client types: ${place} is up to date`);
else {
  console.error(`client types: ${place} is not that of docs/openapi.json; npm run client:types`);
  process.exitCode = 1;
}
