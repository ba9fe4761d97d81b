import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { checkServerIdentity, TLSSocket } from 'node:tls';
import type { SslOptions } from 'mysql2';
import { ConfigurationError } from '../../../../ports/configuration-error.js';

/**
 * - `disabled`: never encrypted
 * - `preferred`: encrypted if the server offers TLS; the certificate is not verified
 * - `required`: always encrypted; the certificate is not verified
 * - `verify-ca`: as `required`, and a trusted authority has signed the certificate
 * - `verify-identity`: as `verify-ca`, and the certificate names the host
 */
export type TlsMode = 'disabled' | 'preferred' | 'required' | 'verify-ca' | 'verify-identity';

export interface TlsSettings {
  readonly mode: TlsMode;
  /** PEM file with the certificates of trusted authorities; null: those that Node trusts. */
  readonly ca: string | null;
  /** PEM files with a certificate for the client and its key; null: none. */
  readonly cert: string | null;
  readonly key: string | null;
}

/** The options of mysql2; undefined if the connection is not encrypted. Throws ConfigurationError. */
export function sslOptions(host: string, tls: TlsSettings): SslOptions | undefined {
  const { mode, ca, cert, key } = tls;
  if (mode === 'disabled') return undefined;
  return {
    ...(ca === null ? {} : { ca: read('ca', ca) }),
    ...(cert === null ? {} : { cert: read('cert', cert) }),
    ...(key === null ? {} : { key: read('key', key) }),
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-identity',
    // For an address mysql2 compares the certificate with `localhost`; checkAddress does it instead.
    verifyIdentity: mode === 'verify-identity' && isIP(host) === 0,
  };
}

function read(name: string, path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new ConfigurationError(
      `database.tls.${name}: ${path} cannot be read (${code}). Name a PEM file that the service may read.`,
    );
  }
}

/**
 * With `verify-identity` and an address as the host: throws if the certificate of an open connection
 * does not name the address. The error is that of mysql2 for a failed handshake.
 */
export function checkAddress(host: string, tls: TlsSettings, stream: unknown): void {
  if (tls.mode !== 'verify-identity' || isIP(host) === 0) return;
  if (!(stream instanceof TLSSocket)) throw handshakeError('the connection is not encrypted');
  const problem = checkServerIdentity(host, stream.getPeerCertificate());
  if (problem !== undefined) throw handshakeError(problem.message);
}

function handshakeError(message: string): Error {
  return Object.assign(new Error(message), { code: 'HANDSHAKE_SSL_ERROR' });
}

/** What to do about a failed handshake, by the message of Node. */
export function tlsProblem(message: string): string {
  if (/expired|not yet valid/i.test(message))
    return 'the certificate of the server, or of its authority, is not valid at this time: renew it, and check the clocks';
  if (/altnames|does not match|hostname/i.test(message))
    return 'the certificate of the server does not name database.host: use a name that it has, or database.tls.mode verify-ca';
  if (/self.signed|unable to (get|verify)|unable to get issuer|certificate chain/i.test(message))
    return 'no trusted authority has signed the certificate of the server: set database.tls.ca to the certificate of its authority';
  return 'the encrypted connection could not be made: compare database.tls with the settings of the server';
}
