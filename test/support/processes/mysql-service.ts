import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { BASE } from '../http/http-app.js';
import { type ServiceOptions, ServiceProcess } from './service-process.js';

/** The environment of a service that stores everything in this database. */
export function mysqlEnv(databaseUrl: string): Record<string, string> {
  const { hostname, port, username, password, pathname } = new URL(databaseUrl);
  return {
    STORAGE_BACKEND: 'mysql',
    DATABASE_HOST: hostname,
    DATABASE_PORT: port,
    DATABASE_USER: decodeURIComponent(username),
    DATABASE_PASSWORD: decodeURIComponent(password),
    DATABASE_DATABASE: pathname.slice(1),
  };
}

/** A service in its own folder; both are removed when the test is over. */
export async function aService(
  env: Readonly<Record<string, string>>,
  how: 'start' | 'spawn' = 'start',
): Promise<ServiceProcess> {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-service-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const options: ServiceOptions = { env, cwd };
  const service = await ServiceProcess[how](options);
  onTestFinished(() => service.kill());
  return service;
}

export interface Answer<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Sends one request; a path without a slash is relative to the base of the API. */
export async function ask<Body = Record<string, unknown>>(
  { url }: ServiceProcess,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<Body>> {
  const response = await fetch(url + (path.startsWith('/') ? path : `${BASE}/${path}`), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Body };
}

/** The body of an answer that must be a success. */
export async function told<Body = Record<string, unknown>>(
  ...request: Parameters<typeof ask>
): Promise<Body> {
  const { status, body } = await ask<Body>(...request);
  if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`);
  return body;
}
