import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { IConfiguration } from 'dependency-cruiser';
import { afterEach, describe, expect, it } from 'vitest';
import { checkLayers, type LayerReport, layerConfigPath } from '../../scripts/layers.js';

/** File path → its complete text. */
type Tree = Readonly<Record<string, string>>;

const importing = (...specifiers: string[]) =>
  specifiers.map((specifier) => `import '${specifier}';`).join('\n');
const leaf = 'export const value = 1;';

/** Stand-ins for installed packages: the rules check the target of an import, not its content. */
function installed(...names: string[]): Tree {
  return Object.fromEntries(
    names.flatMap((name) => [
      [`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' })],
      [`node_modules/${name}/index.js`, 'module.exports = {};'],
    ]),
  );
}

const manifest: Tree = {
  'package.json': JSON.stringify({
    type: 'module',
    dependencies: { 'better-sqlite3': '*', mysql2: '*', tsyringe: '*', zod: '*' },
    devDependencies: { 'fast-check': '*' },
  }),
};

/** One violation of each rule, or several where a rule covers several cases. */
const violations: Readonly<Record<string, Readonly<Record<string, Tree>>>> = {
  'domain-imports-only-domain': {
    'a port': {
      'src/domain/task.ts': importing('../ports/clock.js'),
      'src/ports/clock.ts': leaf,
    },
    'a type of a port': {
      'src/domain/task.ts':
        "import type { Clock } from '../ports/clock.js';\nexport type C = Clock;",
      'src/ports/clock.ts': 'export interface Clock {}',
    },
    'a package': { 'src/domain/task.ts': importing('zod'), ...installed('zod') },
    'a Node module': { 'src/domain/task.ts': importing('node:crypto') },
  },
  'ports-import-only-domain': {
    'the application': {
      'src/ports/clock.ts': importing('../application/flush.js'),
      'src/application/flush.ts': leaf,
    },
    'an adapter': {
      'src/ports/clock.ts': importing('../adapters/http/app.js'),
      'src/adapters/http/app.ts': leaf,
    },
    'a package': { 'src/ports/clock.ts': importing('zod'), ...installed('zod') },
  },
  'application-imports-only-domain-and-ports': {
    'an adapter': {
      'src/application/flush.ts': importing('../adapters/http/app.js'),
      'src/adapters/http/app.ts': leaf,
    },
    'a package': { 'src/application/flush.ts': importing('zod'), ...installed('zod') },
    'a Node module': { 'src/application/flush.ts': importing('node:timers') },
  },
  'adapters-import-only-inwards': {
    'the container': {
      'src/adapters/http/app.ts': importing('../../container.js'),
      'src/container.ts': leaf,
    },
    'the command line': {
      'src/adapters/http/app.ts': importing('../../cli/migrate.js'),
      'src/cli/migrate.ts': leaf,
    },
  },
  'adapters-do-not-import-one-another': {
    'another folder': {
      'src/adapters/http/app.ts': importing('../storage/memory/backend.js'),
      'src/adapters/storage/memory/backend.ts': leaf,
    },
    'a folder with the same beginning': {
      'src/adapters/log/a.ts': importing('../logging/b.js'),
      'src/adapters/logging/b.ts': leaf,
    },
    'from a file outside any adapter folder': {
      'src/adapters/helpers.ts': importing('./http/app.js'),
      'src/adapters/http/app.ts': leaf,
    },
  },
  'only-its-driver-imports-better-sqlite3': {
    'the store': {
      'src/adapters/storage/sqlite/backend.ts': importing('better-sqlite3'),
      ...installed('better-sqlite3'),
    },
  },
  'mysql-does-not-know-sqlite': {
    'its folder': {
      'src/adapters/storage/mysql/backend.ts': importing('../sqlite/backend.js'),
      'src/adapters/storage/sqlite/backend.ts': leaf,
    },
    'its driver': {
      'src/adapters/storage/mysql/backend.ts': importing('better-sqlite3'),
      ...installed('better-sqlite3'),
    },
  },
  'sqlite-does-not-know-mysql': {
    'its folder': {
      'src/adapters/storage/sqlite/backend.ts': importing('../mysql/backend.js'),
      'src/adapters/storage/mysql/backend.ts': leaf,
    },
    'its driver': {
      'src/adapters/storage/sqlite/backend.ts': importing('mysql2'),
      ...installed('mysql2'),
    },
  },
  'shared-sql-knows-no-dialect': {
    mysql: {
      'src/adapters/storage/sql/paging.ts': importing('../mysql/backend.js'),
      'src/adapters/storage/mysql/backend.ts': leaf,
    },
    sqlite: {
      'src/adapters/storage/sql/paging.ts': importing('../sqlite/backend.js'),
      'src/adapters/storage/sqlite/backend.ts': leaf,
    },
  },
  'memory-storage-knows-no-sql': {
    mysql: {
      'src/adapters/storage/memory/backend.ts': importing('../mysql/backend.js'),
      'src/adapters/storage/mysql/backend.ts': leaf,
    },
    sqlite: {
      'src/adapters/storage/memory/backend.ts': importing('../sqlite/backend.js'),
      'src/adapters/storage/sqlite/backend.ts': leaf,
    },
    'the shared SQL code': {
      'src/adapters/storage/memory/backend.ts': importing('../sql/paging.js'),
      'src/adapters/storage/sql/paging.ts': leaf,
    },
  },
  'only-the-container-imports-adapters': {
    'from a file in the same folder': {
      'src/wiring.ts': importing('./adapters/http/app.js'),
      'src/adapters/http/app.ts': leaf,
    },
  },
  'only-the-container-imports-tsyringe': {
    'from main': { 'src/main.ts': importing('tsyringe'), ...installed('tsyringe') },
    'from an adapter': {
      'src/adapters/http/app.ts': importing('tsyringe'),
      ...installed('tsyringe'),
    },
  },
  'no-circular': {
    'two files': {
      'src/domain/task.ts': importing('./session.js'),
      'src/domain/session.ts': importing('./task.js'),
    },
  },
  'the-client-stands-alone': {
    'the domain': {
      'clients/typescript/client.ts': importing('../../src/domain/task.js'),
      'src/domain/task.ts': leaf,
    },
    'a package': { 'clients/typescript/client.ts': importing('zod'), ...installed('zod') },
    'a Node module': { 'clients/typescript/client.ts': importing('node:http') },
  },
  'only-commands-use-the-client': {
    'the domain': {
      'src/service.ts': importing('../clients/typescript/index.js'),
      'clients/typescript/index.ts': leaf,
    },
  },
  'src-does-not-import-test-code': {
    'a builder': {
      'src/main.ts': importing('../test/builders/task.js'),
      'test/builders/task.ts': leaf,
    },
    'a script': { 'src/main.ts': importing('../scripts/replay.js'), 'scripts/replay.ts': leaf },
  },
  'src-does-not-import-dev-dependencies': {
    'a test library': { 'src/main.ts': importing('fast-check'), ...installed('fast-check') },
  },
  'no-undeclared-packages': {
    'a transitive dependency': {
      'src/main.ts': importing('left-pad'),
      ...installed('left-pad'),
    },
  },
  'no-unresolvable-imports': {
    'a missing file': { 'src/main.ts': importing('./gone.js') },
  },
};

/** Imports that must be allowed: a rule that is too strict is as wrong as one that is too lax. */
const allowed: Tree = {
  'src/domain/merge.ts': importing('./task.js'),
  'src/domain/task.ts': leaf,
  'src/ports/clock.ts': importing('../domain/task.js'),
  'src/ports/journal.ts': importing('./clock.js'),
  'src/application/buffer/flush.ts': importing('../../domain/merge.js', '../../ports/clock.js'),
  'src/adapters/http/app.ts': importing(
    'zod',
    'node:http',
    './routes/tasks.route.js',
    '../../application/buffer/flush.js',
    '../../ports/journal.js',
  ),
  'src/adapters/http/routes/tasks.route.ts': importing('../../../domain/task.js'),
  'src/adapters/storage/sql/paging.ts': leaf,
  'src/adapters/storage/mysql/backend.ts': importing('../sql/paging.js', 'mysql2'),
  'src/adapters/storage/sqlite/backend.ts': importing(
    '../sql/paging.js',
    '../../sqlite-driver/open-database.js',
  ),
  'src/adapters/sqlite-driver/open-database.ts': importing('better-sqlite3'),
  'src/container.ts': importing(
    'tsyringe',
    './adapters/http/app.js',
    './adapters/storage/mysql/backend.js',
    './adapters/storage/sqlite/backend.js',
  ),
  'src/main.ts': importing('./container.js', './cli/migrate.js', './adapters/http/app.js'),
  'src/cli/migrate.ts': importing('../adapters/http/app.js'),
  'src/cli/ask.ts': importing('../../clients/typescript/index.js'),
  'clients/typescript/index.ts': leaf,
  ...installed('better-sqlite3', 'mysql2', 'tsyringe', 'zod'),
};

const config: IConfiguration = createRequire(import.meta.url)(layerConfigPath);
const ruleNames = (config.forbidden ?? []).map((rule) => rule.name);

const brokenRules = (report: LayerReport) => [...new Set(report.violations.map((v) => v.rule))];

describe('the layer rules', () => {
  const roots: string[] = [];

  async function checkTree(tree: Tree): Promise<LayerReport> {
    const root = await mkdtemp(join(tmpdir(), 'layers-'));
    roots.push(root);
    for (const [path, text] of Object.entries({ ...manifest, ...tree })) {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), text);
    }
    return checkLayers(root);
  }

  afterEach(async () => {
    await Promise.all(roots.splice(0).map((root) => rm(root, { recursive: true, force: true })));
  });

  it('each have a planted violation below', () => {
    expect(Object.keys(violations).sort()).toEqual([...ruleNames].sort());
  });

  for (const [rule, trees] of Object.entries(violations)) {
    for (const [what, tree] of Object.entries(trees)) {
      it(`${rule}: ${what}`, async () => {
        const report = await checkTree(tree);

        expect(brokenRules(report)).toEqual([rule]);
      });
    }
  }

  it('permit the intended imports', async () => {
    const report = await checkTree(allowed);

    expect(report.violations).toEqual([]);
    expect(report.modules).toBe(
      Object.keys(allowed).filter((p) => /^(src|clients)\//.test(p)).length,
    );
  });
});

describe('the source tree', () => {
  it('is not empty, and keeps every layer rule', async () => {
    const report = await checkLayers();

    expect(report.violations).toEqual([]);
    expect(report.modules).toBeGreaterThan(0);
    expect(report.dependencies).toBeGreaterThan(0);
  });
});
