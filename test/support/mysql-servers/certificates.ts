import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** PEM files of a private authority, and of a server of it that is named 127.0.0.1. */
export interface Certificates {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  /** Another authority, which has signed nothing here. */
  readonly otherCa: string;
  /** A certificate of the authority that ended yesterday. */
  readonly expired: string;
  readonly remove: () => void;
}

/** Made with openssl, for a test. */
export function makeCertificates(): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'ps-tls-'));
  const file = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const authority = (name: string) => {
    openssl(
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30'],
      ...['-subj', `/CN=${name}`, '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)],
    );
    return file(`${name}.pem`);
  };
  const ca = authority('authority');
  const otherCa = authority('other');
  openssl(
    ...['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=server'],
    ...['-keyout', file('server.key'), '-out', file('server.csr')],
  );
  writeFileSync(file('names'), 'subjectAltName=IP:127.0.0.1\n');
  const sign = (name: string, ...validity: string[]) => {
    openssl(
      ...['x509', '-req', '-in', file('server.csr'), '-CA', ca, '-CAkey', file('authority.key')],
      ...['-CAcreateserial', '-extfile', file('names'), '-out', file(name), ...validity],
    );
    return file(name);
  };
  return {
    ca,
    otherCa,
    cert: sign('server.pem', '-days', '30'),
    // openssl 3.0 has no end date for `x509`; a negative number of days is one in the past.
    expired: sign('expired.pem', '-days', '-1'),
    key: file('server.key'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
