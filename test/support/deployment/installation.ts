import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { onTestFinished } from 'vitest';
import type { Scope } from '../../../src/domain/scopes.js';
import { documentedPrivileges } from '../documents/privileges.js';
import { anApiKey } from '../http/api-keys.js';
import { BASE } from '../http/http-app.js';
import { withConnection } from '../mysql-servers/connection.js';
import { freshDatabase } from '../mysql-servers/mysql-servers.js';
import { freePort } from '../processes/free-port.js';
import { programUnderTest, ServiceProcess } from '../processes/service-process.js';
import { aProxy, type ProxyAnswer, type Sending } from './nginx.js';

const PROJECT = join(import.meta.dirname, '..', '..', '..');
const DEPLOYMENT = join(PROJECT, 'deployment');
/** The clients in docs/deployment.md. */
const CLIENTS = { backend: ['read', 'write'], prometheus: ['read'], operator: ['admin'] } as const;
type Client = keyof typeof CLIENTS;

/** The service as in docs/deployment.md: unit, settings, keys, MySQL, nginx in front. */
export interface Installation {
  readonly proxy: Awaited<ReturnType<typeof aProxy>>;
  /** The URL of the service itself, behind nginx. */
  readonly url: string;
  /** The working directory, with `data`. */
  readonly folder: string;
  readonly token: (client: Client) => string;
  readonly service: () => ServiceProcess;
  /** Starts it again in the same place, after it has ended. */
  readonly start: () => Promise<void>;
  /** A request of the backend through nginx; `body` is sent as JSON. */
  readonly ask: (method: string, path: string, body?: unknown) => Promise<ProxyAnswer>;
}

/** An installation with its own database; removed when the test is over. */
export async function anInstallation(
  server: { readonly url: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<Installation> {
  const folder = mkdtempSync(join(tmpdir(), 'ps-installed-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const keys = Object.entries(CLIENTS).map(
    ([name, scopes]) => [name, anApiKey(name, ...(scopes as readonly Scope[]))] as const,
  );
  const tokens = new Map(keys.map(([name, { token }]) => [name, token]));
  const token = (client: Client) => tokens.get(client) ?? '';
  const apiKeys = join(folder, 'api-keys.json');
  writeFileSync(apiKeys, JSON.stringify(keys.map(([, { key }]) => key)));
  const env = {
    ...sampleOfTheEnvironment(),
    ...(await aDatabase(server, folder)),
    AUTH_API_KEYS_FILE: apiKeys,
    SERVICE_PORT: String(port),
    ...settings,
  };
  const options = { env, cwd: folder, port, command: unitCommand() };
  let service = await ServiceProcess.start(options);
  onTestFinished(() => service.kill());
  const proxy = await aProxy(port);
  return {
    proxy,
    url: service.url,
    folder,
    token,
    service: () => service,
    async start() {
      service = await ServiceProcess.start(options);
    },
    ask: (method, path, body) =>
      proxy.ask(underBase(path), sending(method, token('backend'), body)),
  };
}

/** A path without a slash is under the base of the API. */
export const underBase = (path: string) => (path.startsWith('/') ? path : `${BASE}/${path}`);

function sending(method: string, token: string, body: unknown): Sending {
  const headers = { authorization: `Bearer ${token}` };
  if (body === undefined) return { method, headers };
  const text = JSON.stringify(body);
  const ofBody = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
  };
  return { method, headers: { ...headers, ...ofBody }, body: text };
}

/** The command line of the unit, with the build of this checkout instead of the release. */
function unitCommand(): string[] {
  const unit = readFileSync(join(DEPLOYMENT, 'persistence-service.service'), 'utf8');
  const line = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? '';
  const release = '/opt/persistence-service/current/dist/main.js';
  if (!line.includes(release)) throw new Error(`the unit does not run ${release}: ${line}`);
  return line.replace(release, programUnderTest()).split(' ');
}

function sampleOfTheEnvironment(): Record<string, string> {
  const sample = readFileSync(join(DEPLOYMENT, 'persistence-service.env.sample'), 'utf8');
  return parseEnv(sample) as Record<string, string>;
}

/** A database and a user with the privileges in the guide, and the settings that name them. */
async function aDatabase(server: { readonly url: string }, folder: string) {
  const { url, name, drop } = await freshDatabase(server);
  const user = `ps_${randomBytes(5).toString('hex')}`;
  const password = randomBytes(24).toString('hex');
  await withConnection(server.url, async (query) => {
    await query(`CREATE USER '${user}'@'127.0.0.1' IDENTIFIED BY '${password}'`);
    await query(`GRANT ${documentedPrivileges().migrating} ON ${name}.* TO '${user}'@'127.0.0.1'`);
  });
  onTestFinished(async () => {
    await drop();
    await withConnection(server.url, (query) => query(`DROP USER '${user}'@'127.0.0.1'`));
  });
  const file = join(folder, 'database-password');
  writeFileSync(file, `${password}\n`);
  return {
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: new URL(url).port,
    DATABASE_USER: user,
    DATABASE_PASSWORD_FILE: file,
    DATABASE_DATABASE: name,
  };
}
