// The permitted imports between the layers, as rules. `test/architecture/layers.test.ts` violates each
// rule in a temporary tree and expects a report, so a rule that matches nothing is detected.
//
//   domain → nothing      ports → domain      application → domain, ports
//   adapters → all three and packages, never one another      container.ts → everything

const sqliteDialect =
  '^src/adapters/(storage/sqlite|sqlite-driver)/|node_modules/(@types/)?(better-sqlite3|drizzle-orm/(better-sqlite3|sqlite-core))/';
const mysqlDialect =
  '^src/adapters/storage/mysql/|node_modules/(mysql2|drizzle-orm/(mysql2|mysql-core))/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'domain-imports-only-domain',
      comment:
        'The domain is plain values and functions: no package, no Node module, no other layer.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'ports-import-only-domain',
      comment: 'A port speaks in domain types, so that any adapter can implement it.',
      severity: 'error',
      from: { path: '^src/ports/' },
      to: { pathNot: '^src/(domain|ports)/' },
    },
    {
      name: 'application-imports-only-domain-and-ports',
      comment: 'A use case uses packages and Node modules only through ports.',
      severity: 'error',
      from: { path: '^src/application/' },
      to: { pathNot: '^src/(domain|ports|application)/' },
    },
    {
      name: 'adapters-import-only-inwards',
      comment: 'An adapter does not import the wiring.',
      severity: 'error',
      from: { path: '^src/adapters/' },
      to: { path: '^src/', pathNot: '^src/(domain|ports|application|adapters)/' },
    },
    {
      name: 'adapters-do-not-import-one-another',
      comment:
        'Adapters communicate through ports: http never imports storage, storage never imports the journal. sqlite-driver stands for a package, and presenting is how the API and the files show a record.',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)' },
      to: { path: '^src/adapters/', pathNot: '^src/adapters/($1|sqlite-driver|presenting)/' },
    },
    {
      name: 'only-its-driver-imports-better-sqlite3',
      comment: 'The version for this Node is chosen in one place; types are erased.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/adapters/(sqlite-driver|storage/mysql)/' },
      to: {
        path: 'node_modules/(@types/)?better-sqlite3/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'mysql-does-not-know-sqlite',
      comment: 'Shared code of the dialects is in storage/sql.',
      severity: 'error',
      from: { path: '^src/adapters/storage/mysql/' },
      to: { path: sqliteDialect },
    },
    {
      name: 'sqlite-does-not-know-mysql',
      comment: 'Shared code of the dialects is in storage/sql.',
      severity: 'error',
      from: { path: '^src/adapters/storage/sqlite/' },
      to: { path: mysqlDialect },
    },
    {
      name: 'shared-sql-knows-no-dialect',
      comment: 'storage/sql is common to all dialects: a dialect is passed as an argument.',
      severity: 'error',
      from: { path: '^src/adapters/storage/sql/' },
      to: { path: `${sqliteDialect}|${mysqlDialect}` },
    },
    {
      name: 'memory-storage-knows-no-sql',
      comment:
        'The memory backend is the reference for the SQL backends, so it shares no code with them.',
      severity: 'error',
      from: { path: '^src/adapters/storage/memory/' },
      to: { path: `^src/adapters/storage/sql/|${sqliteDialect}|${mysqlDialect}` },
    },
    {
      name: 'only-the-container-imports-adapters',
      comment:
        'Adapters are chosen in one place (the layers have their own, stricter rules above).',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/(domain|ports|application|adapters)/',
          '^src/container\\.ts$',
          '^src/stores\\.ts$',
          '^src/main[^/]*\\.ts$',
          '^src/cli/',
        ],
      },
      to: { path: '^src/adapters/' },
    },
    {
      name: 'only-the-container-imports-tsyringe',
      comment:
        'All other code receives its dependencies as arguments, and can be constructed in a test.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/container\\.ts$' },
      to: { path: 'node_modules/tsyringe/' },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'Users install it, and browsers run it: no package, no Node module, nothing of src.',
      severity: 'error',
      from: { path: '^clients/typescript/' },
      to: { pathNot: '^clients/typescript/' },
    },
    {
      name: 'only-commands-use-the-client',
      comment: 'The service does not ask itself over HTTP.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { path: '^clients/|^persistence-service/' },
    },
    {
      name: 'no-circular',
      comment: 'A cycle, even of types, means that two files are one idea.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'src-does-not-import-test-code',
      comment: 'Shipped code must not depend on code that is not shipped.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
    },
    {
      name: 'src-does-not-import-dev-dependencies',
      comment: 'A development dependency is absent after `npm ci --omit=dev`; @types are erased.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-undeclared-packages',
      comment: 'A transitive dependency can disappear with the next install.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'no-unresolvable-imports',
      comment: 'No other rule can check an import that cannot be resolved.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Type-only imports count too: a type that leaks through a layer is still a dependency.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types', 'typings'],
    },
  },
};
