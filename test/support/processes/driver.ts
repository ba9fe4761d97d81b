import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Tests that open SQLite need its driver, which Node 20 compiles after the install. */
export default function compileDriver(): void {
  execFileSync(process.execPath, [
    join(import.meta.dirname, '..', '..', '..', 'scripts', 'compile-driver.mjs'),
  ]);
}
