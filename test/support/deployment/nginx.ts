import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { pathOf } from './debian-programs.js';
import { runNginx, substituted, USER_LINE } from './nginx-process.js';

const SAMPLE = join(import.meta.dirname, '..', '..', '..', 'deployment', 'nginx.conf.sample');
const NAME = 'persistence.example.org';

export interface ProxyAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The address of the client. */
  readonly localAddress?: string;
}

/** nginx with the sample, in front of a server on 127.0.0.1. */
export interface Proxy {
  /** The URL of the port without TLS. */
  readonly plainUrl: string;
  readonly tlsPort: number;
  readonly certificate: string;
  /** A request over TLS, on a new connection. The certificate is checked. */
  readonly ask: (path: string, sending?: Sending) => Promise<ProxyAnswer>;
}

/** Starts nginx; it is stopped when the test is over. */
export async function aProxy(upstreamPort: number): Promise<Proxy> {
  const folder = mkdtempSync(join(tmpdir(), 'ps-nginx-'));
  const [plainPort, tlsPort] = [await freePort(), await freePort()];
  const certificate = makeCertificate(folder);
  const site = substituted(SAMPLE, [
    ['    listen [::]:80;\n', ''],
    ['    listen [::]:443 ssl http2;\n', ''],
    ['listen 80;', `listen 127.0.0.1:${plainPort};`],
    ['listen 443 ssl', `listen 127.0.0.1:${tlsPort} ssl`],
    ['server 127.0.0.1:8001;', `server 127.0.0.1:${upstreamPort};`],
    ['/etc/ssl/persistence-service/fullchain.pem', join(folder, 'cert.pem')],
    ['/etc/ssl/persistence-service/privkey.pem', join(folder, 'key.pem')],
    ['/var/log/nginx/persistence-service.access.log', join(folder, 'access.log')],
    ['/var/log/nginx/persistence-service.error.log', join(folder, 'error.log')],
  ]);
  writeFileSync(join(folder, 'site.conf'), site);
  writeFileSync(join(folder, 'nginx.conf'), mainConfig(folder));
  const plainUrl = `http://127.0.0.1:${plainPort}`;
  await runNginx(folder, plainUrl);
  return {
    plainUrl,
    tlsPort,
    certificate,
    ask: (path, sending = {}) => ask(tlsPort, certificate, path, sending),
  };
}

function makeCertificate(folder: string): string {
  const words = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-subj', `/CN=${NAME}`, '-addext', `subjectAltName=DNS:${NAME}`];
  const files = ['-nodes', '-days', '1', '-keyout', 'key.pem', '-out', 'cert.pem'];
  const options = { cwd: folder, stdio: 'ignore' } as const;
  execFileSync(pathOf('openssl'), [...words, ...names, ...files], options);
  return readFileSync(join(folder, 'cert.pem'), 'utf8');
}

/** The nginx.conf of Debian around a site, in a separate folder. */
function mainConfig(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(folder, kind)};`,
  );
  return `${USER_LINE} worker_processes 1; pid ${join(folder, 'nginx.pid')};
    events { worker_connections 1024; }
    http { ${temporary.join(' ')} include ${join(folder, 'site.conf')}; }`;
}

function ask(port: number, ca: string, path: string, sending: Sending): Promise<ProxyAnswer> {
  const { method = 'GET', headers = {}, body, localAddress } = sending;
  const agent = new Agent({ keepAlive: false });
  const target: RequestOptions = { host: '127.0.0.1', port, path, method, headers, ca, agent };
  const from = localAddress === undefined ? {} : { localAddress };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...target, ...from, servername: NAME }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
      response.once('error', reject);
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}
