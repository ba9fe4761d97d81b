import { z } from 'zod';
import { COLLECTIONS } from '../../domain/collections/list.js';
import { DEFAULT_RETENTION, MAX_RETENTION_DAYS } from '../../domain/retention.js';
import { SCOPES } from '../../domain/scopes.js';
import { boolean, bytes, fromAssignments, fromJson, integer, number, text } from './fields.js';
import { filePath } from './file-path.js';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
/** A body is decoded to one string, and the longest string of V8 has 512 Mi characters. */
const LARGEST_BODY = 256 * MiB;

/** The stores of a configuration. */
export const BACKENDS = ['sqlite', 'mysql'] as const;

const backend = z.enum(BACKENDS, 'expected sqlite or mysql (also for MariaDB)');
const collections = COLLECTIONS.map(({ name }) => name);
const origin = z
  .string('expected an origin such as https://example.org')
  .regex(
    /^(\*|[a-z][a-z0-9+.-]*:\/\/[^/\s]+)$/i,
    'expected * or an origin such as https://example.org, without a path',
  );

const HOST = 'expected a host such as example.org, 192.0.2.1 or [2001:db8::1], without a port';
const host = z.string(HOST).regex(/^([a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])$/i, HOST);

const NODE = 'expected a server such as db-1.example.org, db-1:3306 or [2001:db8::1]:3306';
const node = z
  .string(NODE)
  .regex(/^([a-z0-9_]([a-z0-9._-]*[a-z0-9_])?|\[[0-9a-f:.]+\])(:\d{1,5})?$/i, NODE)
  .refine((value) => {
    const port = /:(\d+)$/.exec(value)?.[1];
    return port === undefined || (Number(port) >= 1 && Number(port) <= 65_535);
  }, 'expected a port from 1 to 65535');

const TLS_MODES = ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'] as const;
/** A file or socket, absolute or from the working directory; null for none. */
const optionalPath = z.preprocess(
  (value) => (value === '' || value === 'null' ? null : value),
  z.string('expected a path, or null').nullable().default(null),
);

const apiKey = z.strictObject({
  name: z.string('expected a name').min(1, 'expected a name'),
  sha256: z
    .string('expected 64 lower-case hexadecimal digits')
    .regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits'),
  scopes: z
    .array(
      z.enum(SCOPES, 'expected read, write or admin'),
      'expected a list of read, write and admin',
    )
    .min(1, 'expected at least one of read, write and admin'),
});

/** Every key with its type, limits and default; config/config.example.yaml describes them. */
export const configSchema = z.strictObject({
  service: z
    .strictObject({
      host: text('127.0.0.1'),
      port: integer(0, 65_535, 8001),
      cors_origins: z.preprocess(
        fromJson,
        z.array(origin, 'expected a JSON list of origins').default([]),
      ),
      body_limit: bytes(1024, LARGEST_BODY, 32 * MiB),
      shutdown_timeout: number(1, 3600, 30),
      request_timeout: number(1, 3600, 60),
      max_connections: integer(10, 100_000, 2000),
      rate_limit: integer(0, 1_000_000, 0),
    })
    .prefault({}),
  buffer: z
    .strictObject({
      max_buffer_size: integer(1, 1_000_000, 1000),
      flush_interval: number(0.01, 3600, 30),
      durability: z
        .enum(['journal', 'stored', 'memory'], 'expected journal, stored or memory')
        .default('journal'),
      journal_path: text('data/journal'),
      max_pending_records: integer(1, 100_000_000, 200_000),
      max_pending_bytes: bytes(MiB, 1024 * GiB, 512 * MiB),
    })
    .prefault({}),
  storage: z
    .strictObject({
      backend: backend.default('sqlite'),
      routes: z.preprocess(
        fromAssignments,
        z
          .partialRecord(
            z.enum(collections),
            backend,
            `expected backends by collection (${collections.join(', ')}), such as ${collections.at(-1)}=mysql`,
          )
          .default({}),
      ),
      migrate_on_start: boolean(true),
    })
    .prefault({}),
  sqlite: z.strictObject({ path: filePath('data/persistence.db') }).prefault({}),
  database: z
    .strictObject({
      host: text('localhost'),
      port: integer(1, 65_535, 3306),
      hosts: z.preprocess(fromJson, z.array(node, 'expected a JSON list of nodes').default([])),
      socket: optionalPath,
      user: text('root'),
      password: z.string('expected text').default(''),
      database: text('ai_terminal').pipe(
        z
          .string()
          .regex(/^[A-Za-z0-9_$-]{1,64}$/, 'expected at most 64 letters, digits, _, $ and -'),
      ),
      pool_size: integer(2, 1000, 10),
      pool_idle_min: integer(0, 1000, 2),
      pool_idle_timeout: number(1, 86_400, 60),
      pool_recycle: integer(0, 604_800, 3600),
      connect_timeout: number(0.1, 300, 5),
      query_timeout: number(1, 3600, 60),
      tls: z.preprocess(
        fromJson,
        z
          .strictObject(
            {
              mode: z
                .enum(TLS_MODES, `expected one of ${TLS_MODES.join(', ')}`)
                .default('preferred'),
              ca: optionalPath,
              cert: optionalPath,
              key: optionalPath,
            },
            'expected a map with mode, ca, cert and key, such as {"mode": "verify-ca", "ca": "/etc/mysql/ca.pem"}',
          )
          .prefault({}),
      ),
    })
    .prefault({}),
  auth: z
    .strictObject({
      // Null: no list. An explicitly empty list is different (contradictions.ts).
      api_keys: z.preprocess(
        (value) => (value === null ? undefined : fromJson(value)),
        z.array(apiKey, 'expected a JSON list of keys').default([]),
      ),
      allowed_hosts: z.preprocess(
        fromJson,
        z.array(host, 'expected a JSON list of hosts').default([]),
      ),
      allow_anonymous: boolean(false),
      public_metrics: boolean(true),
      public_docs: boolean(true),
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
        z
          .string('expected a file name, or null')
          // pino-roll refuses these characters on every system, but only after its thread has
          // started.
          .regex(/^[^<>"|?*:]+$/, 'expected a file name without < > " | ? * :')
          .nullable()
          .default(null),
      ),
      max_size: bytes(1024, 1024 * GiB, 50 * MiB),
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

/** The effective configuration: sizes in bytes; other units as in the example file. */
export type Config = DeepReadonly<z.output<typeof configSchema>>;

type DeepReadonly<Value> = { readonly [Key in keyof Value]: DeepReadonly<Value[Key]> };

export const DEFAULT_CONFIG: Config = configSchema.parse({});

/** Every key as section and name, in the order of the schema. */
export const CONFIG_KEYS: readonly (readonly [section: string, name: string])[] = Object.entries(
  DEFAULT_CONFIG,
).flatMap(([section, keys]) => Object.keys(keys).map((name) => [section, name] as const));

/** Keys whose values are never shown; they may also come from a file named by `…_FILE`. */
export const SECRET_KEYS: readonly string[] = ['database.password', 'auth.api_keys'];
