import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { takeFlags, UsageError } from '../../../src/adapters/config/read-flags.js';
import { CONFIG_KEYS, DEFAULT_CONFIG } from '../../../src/adapters/config/schema.js';
import { aWorkspace } from './workspace.js';

const KEY = { name: 'backend', sha256: 'a'.repeat(64), scopes: ['read', 'write'] };

const example = readFileSync(
  join(import.meta.dirname, '../../../config/config.example.yaml'),
  'utf8',
);

const { config, load, problems, write } = aWorkspace();

describe('the defaults', () => {
  it('are those in the specification', () => {
    const MiB = 1024 ** 2;
    expect(config()).toEqual({
      service: {
        host: '127.0.0.1',
        port: 8001,
        cors_origins: [],
        body_limit: 32 * MiB,
        shutdown_timeout: 30,
        request_timeout: 60,
        max_connections: 2000,
        rate_limit: 0,
      },
      buffer: {
        max_buffer_size: 1000,
        flush_interval: 30,
        durability: 'journal',
        journal_path: 'data/journal',
        max_pending_records: 200_000,
        max_pending_bytes: 512 * MiB,
      },
      storage: { backend: 'sqlite', routes: {}, migrate_on_start: true },
      sqlite: { path: 'data/persistence.db' },
      database: {
        host: 'localhost',
        port: 3306,
        user: 'root',
        password: '',
        database: 'ai_terminal',
        pool_size: 10,
        pool_idle_min: 2,
        pool_idle_timeout: 60,
        pool_recycle: 3600,
        connect_timeout: 5,
        query_timeout: 60,
        hosts: [],
        socket: null,
        tls: { mode: 'preferred', ca: null, cert: null, key: null },
      },
      auth: {
        api_keys: [],
        allowed_hosts: [],
        allow_anonymous: false,
        public_metrics: true,
        public_docs: true,
      },
      logging: { level: 'info', file: null, max_size: 50 * MiB, max_files: 7 },
      retention: { enabled: false, every_hours: 24, completed_days: 90, failed_days: 30 },
    });
  });

  it('are those in the example file, key by key', () => {
    expect(config({ file: example })).toEqual(DEFAULT_CONFIG);
    const stated = Object.entries(parse(example) as Record<string, Record<string, unknown>>);
    expect(
      stated.flatMap(([section, keys]) => Object.keys(keys).map((key) => [section, key])),
    ).toEqual(CONFIG_KEYS);
  });
});

describe('the example file', () => {
  it('describes every key in a comment before it', () => {
    const lines = example.split('\n');
    const bare = lines.filter(
      (line, index) => /^ {2}[a-z_]+:/.test(line) && !/^ {2}#/.test(lines[index - 1] ?? ''),
    );
    expect(bare).toEqual([]);
  });
});

describe('precedence', () => {
  const file = 'buffer: { max_buffer_size: 1, flush_interval: 1 }\nlogging: { level: debug }';

  it('is flag over environment over file over default, key by key', () => {
    const { buffer, logging } = config({
      file,
      env: { BUFFER_MAX_BUFFER_SIZE: '2', BUFFER_FLUSH_INTERVAL: '2' },
      flags: ['--buffer.max_buffer_size', '3'],
    });
    expect(buffer).toMatchObject({ max_buffer_size: 3, flush_interval: 2, durability: 'journal' });
    expect(logging.level).toBe('debug');
  });

  it('is the last of two flags', () => {
    expect(config({ flags: ['--service.port=1', '--service.port=2'] }).service.port).toBe(2);
  });
});

describe('the file', () => {
  it('may be missing, empty, or have empty sections', () => {
    expect(config()).toEqual(DEFAULT_CONFIG);
    expect(config({ file: '' })).toEqual(DEFAULT_CONFIG);
    expect(config({ file: 'buffer:\nlogging:\n' })).toEqual(DEFAULT_CONFIG);
  });

  it('is a different one if CONFIG_FILE names it, relative or absolute', () => {
    const path = write('other.yaml', 'service: { port: 1 }');
    const file = 'service: { port: 2 }';
    expect(config({ file, env: { CONFIG_FILE: 'other.yaml' } }).service.port).toBe(1);
    expect(config({ file, env: { CONFIG_FILE: path } }).service.port).toBe(1);
    expect(config({ file, env: { CONFIG_FILE: '' } }).service.port).toBe(2);
  });

  it('must exist if CONFIG_FILE names it', () => {
    expect(problems({ env: { CONFIG_FILE: 'absent.yaml' } })).toEqual([
      'CONFIG_FILE: absent.yaml does not exist',
    ]);
  });

  it('must be YAML, and its text is not quoted if it is not', () => {
    const [problem, ...more] = problems({ file: 'database:\n  password: "hunter2\n  port: 1\n' });
    expect(problem).toMatch(/^config\/config\.yaml: is not valid YAML: .+ line \d/);
    expect(problem).not.toContain('hunter2');
    expect(more).toEqual([]);
  });

  it.each([
    ['database:\n  password: a\n  password: b\n', 'duplicate key at line 3, column 3'],
    ['database:\n\tpassword: a\n', 'tab as indent at line 2, column 1'],
    ['database: {}\n---\nbuffer: {}\n', 'multiple docs at line 2, column 1'],
    // Such a tag would be dropped, and leave an empty password.
    ['database:\n  password: !secret\n', 'tag resolve failed at line 2, column 13'],
    [
      'database: { password: *secret }',
      'an alias (*) without a preceding anchor, or far too many aliases',
    ],
  ])('is not YAML if it is %j, and the error gives the kind and place', (file, problem) => {
    expect(problems({ file })).toEqual([`config/config.yaml: is not valid YAML: ${problem}`]);
  });

  it('must be readable', () => {
    write('config/config.yaml/a-file', 'in a folder of that name');
    expect(problems({})).toEqual([
      expect.stringMatching(/^config\/config\.yaml: cannot be read: .*EISDIR/),
    ]);
    expect(problems({ env: { CONFIG_FILE: 'config' } })).toEqual([
      expect.stringMatching(/^CONFIG_FILE: config cannot be read: .*EISDIR/),
    ]);
  });

  it('must have sections of keys', () => {
    expect(problems({ file: '- a\n- b' })).toEqual([
      'config/config.yaml: expected sections, found a list',
    ]);
    expect(problems({ file: 'database: "root:hunter2@db"' })).toEqual([
      'database: expected keys below it (file config/config.yaml), found text',
    ]);
  });
});

describe('the environment', () => {
  it('has numbers, switches, sizes, lists and maps as text', () => {
    const loaded = config({
      env: {
        SERVICE_PORT: ' 9000 ',
        SERVICE_CORS_ORIGINS: '["https://a.example", "http://localhost:5173"]',
        SERVICE_BODY_LIMIT: '1MiB',
        BUFFER_FLUSH_INTERVAL: '0.5',
        STORAGE_MIGRATE_ON_START: 'false',
        AUTH_API_KEYS: JSON.stringify([KEY]),
        AUTH_ALLOWED_HOSTS: '["tale.example", "192.0.2.1", "[2001:db8::1]", "localhost"]',
        LOGGING_FILE: 'logs/service.log',
      },
    });
    expect(loaded.service).toMatchObject({
      port: 9000,
      cors_origins: ['https://a.example', 'http://localhost:5173'],
      body_limit: 1_048_576,
    });
    expect(loaded.buffer.flush_interval).toBe(0.5);
    expect(loaded.storage.migrate_on_start).toBe(false);
    expect(loaded.auth.api_keys).toEqual([KEY]);
    expect(loaded.auth.allowed_hosts).toEqual([
      'tale.example',
      '192.0.2.1',
      '[2001:db8::1]',
      'localhost',
    ]);
    expect(loaded.logging.file).toBe('logs/service.log');
  });

  it.each([
    'translation_tasks=mysql, translation_sessions = sqlite',
    '{"translation_tasks": "mysql", "translation_sessions": "sqlite"}',
  ])('has routes as pairs or as JSON: %s', (text) => {
    expect(config({ env: { STORAGE_ROUTES: text } }).storage.routes).toEqual({
      translation_tasks: 'mysql',
      translation_sessions: 'sqlite',
    });
  });

  it('has no routes if the text is empty, and no log file if it is empty', () => {
    const { storage, logging } = config({ env: { STORAGE_ROUTES: '', LOGGING_FILE: '' } });
    expect(storage.routes).toEqual({});
    expect(logging.file).toBeNull();
    const file = 'logging: { file: a.log }';
    expect(config({ file, env: { LOGGING_FILE: 'null' } }).logging.file).toBeNull();
  });

  it('reads secrets from files, without the final newline', () => {
    write('secrets/password', 'open sesame \n');
    const keys = write('secrets/keys', `${JSON.stringify([KEY])}\n`);
    const { database, auth } = config({
      env: {
        DATABASE_PASSWORD_FILE: 'secrets/password',
        DATABASE_PASSWORD: '',
        AUTH_API_KEYS_FILE: keys,
      },
    });
    expect(database.password).toBe('open sesame ');
    expect(auth.api_keys).toEqual([KEY]);
  });

  it('has a secret in one place only, and in an existing file', () => {
    write('password', 'from the file');
    expect(
      problems({ env: { DATABASE_PASSWORD_FILE: 'password', DATABASE_PASSWORD: 'other' } }),
    ).toEqual([
      'database.password: DATABASE_PASSWORD and DATABASE_PASSWORD_FILE are both set; remove one',
    ]);
    expect(problems({ env: { DATABASE_PASSWORD_FILE: 'absent' } })).toEqual([
      'database.password: the file named by DATABASE_PASSWORD_FILE cannot be read: absent',
    ]);
  });

  it('is refused if a variable is similar to a key, with the key that was meant', () => {
    expect(
      problems({
        env: {
          BUFFER_MAX_BUFER_SIZE: '1',
          SERVICE_PROT: '1',
          STORAGE_BACKENDS: 'mysql',
          BUFFER_FLUSHINTERVAL: '1',
          AUTH_API_KEY_FILE: 'x',
          RETENTION_FAILD_DAY: '1',
        },
      }),
    ).toEqual([
      'BUFFER_MAX_BUFER_SIZE: is not a key (environment); did you mean BUFFER_MAX_BUFFER_SIZE?',
      'SERVICE_PROT: is not a key (environment); did you mean SERVICE_PORT?',
      'STORAGE_BACKENDS: is not a key (environment); did you mean STORAGE_BACKEND?',
      'BUFFER_FLUSHINTERVAL: is not a key (environment); did you mean BUFFER_FLUSH_INTERVAL?',
      'AUTH_API_KEY_FILE: is not a key (environment); did you mean AUTH_API_KEYS_FILE?',
      'RETENTION_FAILD_DAY: is not a key (environment); did you mean RETENTION_FAILED_DAYS?',
    ]);
  });

  it('may have variables of other programs under the same prefixes, with a warning', () => {
    const others = ['DATABASE_URL', 'DATABASE_NAME', 'SERVICE_NAME', 'SERVICE_ROOT', 'AUTH_SECRET'];
    const { config: loaded, warnings } = load({
      env: { ...Object.fromEntries(others.map((name) => [name, 'x'])), PATH: '/bin', HOME: '/' },
    });
    expect(loaded).toEqual(DEFAULT_CONFIG);
    expect(warnings).toEqual(
      others.map(
        (name) => `environment variable ${name}: is not a key of this service and is ignored`,
      ),
    );
  });
});

describe('flags', () => {
  it('have their value after = or as the next argument, which may be empty or contain a =', () => {
    const { service, sqlite, database } = config({
      flags: ['--service.port', '9', '--sqlite.path=a=b.db', '--database.password='],
    });
    expect([service.port, sqlite.path, database.password]).toEqual([9, 'a=b.db', '']);
  });

  it('need a value, which is not the next flag', () => {
    expect(problems({ flags: ['--service.port', '--service.host', '127.0.0.1'] })).toEqual([
      'service.port: the flag --service.port has no value',
    ]);
    expect(problems({ flags: ['--service.port'] })).toHaveLength(1);
  });

  it.each([['stray'], ['--verbose'], ['-x'], ['--password=hunter2']])(
    'are a matter of usage when they are no keys at all: %s',
    (word) => {
      expect(() => load({ flags: [word] })).toThrow(UsageError);
      expect(() => load({ flags: [word] })).not.toThrow(/hunter2/);
    },
  );

  it('are separated from other arguments, with their values', () => {
    const words = ['serve', '--service.port', '9', '-c', 'a.yaml', '--sqlite.path=b.db', '--json'];
    expect(takeFlags(words)).toEqual({
      flags: ['--service.port', '9', '--sqlite.path=b.db'],
      words: ['serve', '-c', 'a.yaml', '--json'],
    });
  });

  it('are accepted without a value if there is none, and not after --', () => {
    expect(takeFlags(['--service.port', '--json'])).toEqual({
      flags: ['--service.port'],
      words: ['--json'],
    });
    expect(takeFlags(['--url=http://127.0.0.1', 'drop', '--', '--service.port', '9'])).toEqual({
      flags: [],
      words: ['--url=http://127.0.0.1', 'drop', '--', '--service.port', '9'],
    });
  });
});
