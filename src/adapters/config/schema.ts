import { z } from 'zod';
import { COLLECTIONS } from '../../domain/collections.js';
import { DEFAULT_RETENTION, MAX_RETENTION_DAYS } from '../../domain/retention.js';
import { parseBytes } from './units.js';

const MiB = 1024 ** 2;

/** Whole numbers come as text from the environment and from flags. */
const integer = (minimum: number, maximum: number, fallback: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value,
    z
      .int(`expected a whole number from ${minimum} to ${maximum}`)
      .min(minimum, `expected at least ${minimum}`)
      .max(maximum, `expected at most ${maximum}`)
      .default(fallback),
  );

const number = (minimum: number, maximum: number, fallback: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value),
    z
      .number(`expected a number from ${minimum} to ${maximum}`)
      .min(minimum, `expected at least ${minimum}`)
      .max(maximum, `expected at most ${maximum}`)
      .default(fallback),
  );

const boolean = (fallback: boolean) =>
  z.preprocess(
    (value) => (value === 'true' ? true : value === 'false' ? false : value),
    z.boolean('expected true or false').default(fallback),
  );

const bytes = (minimum: number, fallback: number) =>
  z.preprocess(
    (value) => parseBytes(value) ?? value,
    z
      .int('expected a size such as 32MiB, 500kB or a number of bytes')
      .min(minimum, `expected at least ${minimum} bytes`)
      .default(fallback),
  );

/** Lists and maps come as JSON from the environment and from flags. */
const fromJson = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
};

/** `translation_tasks=mysql,translation_sessions=sqlite`, or a map. */
const routesFromText = (value: unknown): unknown => {
  if (typeof value !== 'string' || value.trim().startsWith('{')) return fromJson(value);
  if (value.trim() === '') return {};
  return Object.fromEntries(
    value.split(',').map((route) => route.split('=').map((part) => part.trim())),
  );
};

const text = (fallback: string) =>
  z.string('expected text').min(1, 'expected some text').default(fallback);
const backend = z.enum(['sqlite', 'mysql'], 'expected sqlite or mysql');

const apiKey = z.strictObject({
  name: z.string().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
  scopes: z.array(z.enum(['read', 'write', 'admin'], 'expected read, write or admin')).min(1),
});

/** SPEC of the configuration: every key, its type, its limits and its default. */
export const configSchema = z.strictObject({
  service: z
    .strictObject({
      host: text('127.0.0.1'),
      port: integer(0, 65_535, 8001),
      cors_origins: z.preprocess(
        fromJson,
        z.array(z.string(), 'expected a JSON list of origins').default([]),
      ),
      body_limit: bytes(1024, 32 * MiB),
      shutdown_timeout: number(1, 3600, 30),
    })
    .prefault({}),
  buffer: z
    .strictObject({
      max_buffer_size: integer(1, 1_000_000, 1000),
      flush_interval: number(0.01, 3600, 30),
      durability: z.enum(['journal', 'memory'], 'expected journal or memory').default('journal'),
      journal_path: text('data/journal'),
      max_pending_records: integer(1, 100_000_000, 200_000),
      max_pending_bytes: bytes(MiB, 512 * MiB),
    })
    .prefault({}),
  storage: z
    .strictObject({
      backend: backend.default('sqlite'),
      routes: z.preprocess(
        routesFromText,
        z
          .partialRecord(
            z.enum(
              COLLECTIONS.map(({ name }) => name),
              `expected one of ${COLLECTIONS.map(({ name }) => name).join(', ')}`,
            ),
            backend,
          )
          .default({}),
      ),
      migrate_on_start: boolean(true),
    })
    .prefault({}),
  sqlite: z.strictObject({ path: text('data/persistence.db') }).prefault({}),
  database: z
    .strictObject({
      host: text('localhost'),
      port: integer(1, 65_535, 3306),
      user: text('root'),
      password: z.string('expected text').default(''),
      database: text('ai_terminal').pipe(
        z
          .string()
          .regex(/^[A-Za-z0-9_$-]{1,64}$/, 'expected at most 64 letters, digits, _, $ and -'),
      ),
      pool_size: integer(2, 1000, 10),
    })
    .prefault({}),
  auth: z
    .strictObject({
      api_keys: z.preprocess(fromJson, z.array(apiKey, 'expected a JSON list of keys').default([])),
      allow_anonymous: boolean(false),
    })
    .prefault({}),
  logging: z
    .strictObject({
      level: z
        .enum(
          ['debug', 'info', 'warn', 'error', 'silent'],
          'expected debug, info, warn, error or silent',
        )
        .default('info'),
      file: z.preprocess(
        (value) => (value === '' || value === 'null' ? null : value),
        z.string('expected a file name, or null').nullable().default(null),
      ),
      max_size: bytes(1024, 50 * MiB),
      max_files: integer(1, 1000, 7),
    })
    .prefault({}),
  retention: z
    .strictObject({
      enabled: boolean(false),
      every_hours: number(0.01, 8760, 24),
      completed_days: integer(0, MAX_RETENTION_DAYS, DEFAULT_RETENTION.completedDays),
      failed_days: integer(0, MAX_RETENTION_DAYS, DEFAULT_RETENTION.failedDays),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;

/** Every key as section and name, in the order of the schema. */
export const CONFIG_KEYS: readonly (readonly [section: string, name: string])[] = Object.entries(
  configSchema.parse({}),
).flatMap(([section, keys]) => Object.keys(keys).map((name) => [section, name] as const));

/** Keys whose values are never shown; they may also come from a file named by `…_FILE`. */
export const SECRET_KEYS: readonly string[] = ['database.password', 'auth.api_keys'];
