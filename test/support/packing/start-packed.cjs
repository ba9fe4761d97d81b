// Runs `<its own name>.packed.js` with its compiled code from `<its own name>.compiled`, as pack.ts
// and bundle.ts or thread.ts make them. With KEEP_COMPILED it writes that file at its end instead.
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { threadId } = require('node:worker_threads');
const { Script } = require('node:vm');

const here = __filename.slice(0, -'.js'.length);
const filename = `${here}.packed.js`;
const compiled = `${here}.compiled`;
const keep = Boolean(process.env.KEEP_COMPILED);

const text = readFileSync(filename, 'utf8').replace(/^#!.*/, '');
const script = new Script(`(function (exports, require, module, __filename) {${text}\n})`, {
  filename,
  cachedData: keep ? undefined : readFileSync(compiled),
});
if (keep) {
  process.on('exit', () => {
    // At the end it has the functions that a start called; several threads write it.
    writeFileSync(`${compiled}.${threadId}`, script.createCachedData());
    renameSync(`${compiled}.${threadId}`, compiled);
  });
}
script.runInThisContext()(module.exports, createRequire(filename), module, __filename);
