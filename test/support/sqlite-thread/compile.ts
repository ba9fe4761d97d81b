import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { COMPILED } from './start-thread.js';

const SRC = join(import.meta.dirname, '../../../src');
/** Folders of src in which the thread's own file and all that it imports are. */
const FOLDERS = ['domain', 'ports', 'adapters/sqlite-driver', 'adapters/storage'];

/**
 * Compiles the thread of SQLite as it is now, before the tests run, when it has changed. From source
 * each thread would load a compiler and use it anew, which takes four times as long; a store has two.
 */
export default async function compileThread(): Promise<void> {
  const sources = FOLDERS.flatMap((folder) =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  ).map((name) => ({ name, text: readFileSync(join(SRC, name), 'utf8') }));
  const hash = createHash('sha256').update(JSON.stringify(sources)).digest('hex');
  if (compiledHash() === hash) return;
  const { default: ts } = await import('typescript');
  const compilerOptions = {
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  };
  for (const { name, text } of sources) {
    const { outputText } = ts.transpileModule(text, { compilerOptions });
    write(name.replace(/\.ts$/, '.js'), outputText);
  }
  write('package.json', JSON.stringify({ type: 'module', hash }));
}

function compiledHash(): string | null {
  try {
    const text = readFileSync(join(COMPILED, 'package.json'), 'utf8');
    return (JSON.parse(text) as { readonly hash: string }).hash;
  } catch {
    return null;
  }
}

/** Whole or as it was: another run may be starting a thread. */
function write(name: string, text: string): void {
  const path = join(COMPILED, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}
