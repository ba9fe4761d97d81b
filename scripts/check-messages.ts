// Compares the texts of the console in its languages with one another, and with the keys that its
// sources use.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { en } from '../console/src/i18n/messages/en.js';
import { zhCN } from '../console/src/i18n/messages/zh-cn.js';
import { type Messages, problemsOf } from './messages.js';

const SOURCES = join(import.meta.dirname, '..', 'console', 'src');
const sources = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => !file.includes(join('i18n', 'messages')))
  .map((file) => ({ path: relative(SOURCES, file), text: readFileSync(file, 'utf8') }));

const languages: Readonly<Record<string, Messages>> = { en, 'zh-CN': zhCN };
const { keys, problems } = problemsOf(languages, sources);

for (const problem of problems) console.error(problem);
console.log(`messages: ${keys} keys in ${sources.length} files, problems: ${problems.length}`);
if (keys === 0 || problems.length > 0) process.exitCode = 1;
