import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Tests that start the service as a process run the build, like users. */
export default function build(): void {
  const root = join(import.meta.dirname, '..', '..', '..');
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
