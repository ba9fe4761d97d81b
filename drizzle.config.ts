import { defineConfig } from 'drizzle-kit';

// Every tool that reads this file without generating anything gets the embedded default.
const dialect = process.env.DIALECT ?? 'sqlite';
if (dialect !== 'mysql' && dialect !== 'sqlite') {
  throw new Error(`DIALECT must be mysql or sqlite, not ${dialect}`);
}

export default defineConfig({
  dialect,
  schema: './scripts/drizzle-schema.cjs',
  out: `./migrations/${dialect}`,
});
