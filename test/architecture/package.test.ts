import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

const root = join(import.meta.dirname, '..', '..');

/** What `npm pack` puts into the package, without what a build adds to it. */
function packedPaths(): readonly string[] {
  const words = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const [packed] = JSON.parse(
    execFileSync('npm', words, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [Packed];
  return packed.files.map(({ path }) => path);
}

function* linksOf(page: string): Generator<string> {
  const text = readFileSync(join(root, page), 'utf8');
  for (const [, target = ''] of text.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)) {
    if (!/^[a-z]+:/.test(target)) yield target;
  }
}

describe('The package', () => {
  const paths = packedPaths();
  const pages = paths.filter((path) => path.endsWith('.md'));

  it('has the documents, and every file that they link to', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/api.md']));
    const folders = new Set(paths.map(dirname));
    const broken = pages.flatMap((page) =>
      [...linksOf(page)]
        .filter((link) => {
          const target = normalize(join(dirname(page), link)).replace(/\/$/, '');
          return !paths.includes(target) && !folders.has(target);
        })
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('has nothing that an installed service does not need', () => {
    const kept = /^(dist|migrations|config|clients\/python|deployment|docs|examples|monitoring)\//;
    expect(paths.filter((path) => path.includes('/') && !kept.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith('_snapshot.json'))).toEqual([]);
    expect(paths.filter((path) => /__pycache__|clients\/python\/tests/.test(path))).toEqual([]);
  });
});
