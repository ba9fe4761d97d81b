import type { Context } from 'hono';
import type { Scope } from '../../../domain/scopes.js';
import { checkDeclaredLength } from '../body/read-body.js';
import type { HttpEnvironment } from '../environment.js';
import { HttpError } from '../problems/problem.js';
import { type Access, type AccessSettings, type ApiKey, permits, scopeFor } from './access.js';
import { ApiKeys } from './api-keys.js';
import { refuseCrossSite } from './cross-site-check.js';
import { hostCheck, hostOf } from './host-check.js';
import { clientOfAddress, RateLimit } from './rate-limit.js';

export const REALM = 'persistence-service';

const BEARER = /^Bearer +([A-Za-z0-9._~+/-]{1,512}=*) *$/i;

type HttpContext = Context<HttpEnvironment>;

/** Checks every request before its route handles it, and before its body is read. */
export class Authorizer {
  readonly #keys: ApiKeys;
  readonly #limit: RateLimit | null;
  readonly #checkHost: (context: HttpContext) => void;

  constructor(
    readonly settings: AccessSettings,
    private readonly bodyLimitBytes: number,
    private readonly corsOrigins: readonly string[],
  ) {
    this.#keys = new ApiKeys(settings.apiKeys);
    this.#checkHost = hostCheck(settings);
    this.#limit = settings.rateLimit > 0 ? new RateLimit(settings.rateLimit) : null;
  }

  /**
   * Runs before routing. Throws the refusal of the request head, or HOST_NOT_ALLOWED; or
   * RATE_LIMITED, because refused requests count too.
   */
  async receive(context: HttpContext): Promise<void> {
    const refusal = refusalOf(() => {
      const inHead = context.env?.head?.refusal ?? null;
      if (inHead !== null) throw inHead;
      this.#checkHost(context);
    });
    if (refusal === null) return;
    await this.#counted(context, null, () => {
      throw refusal;
    });
  }

  /** Throws HTTP_400, PAYLOAD_TOO_LARGE, RATE_LIMITED, UNAUTHORIZED or FORBIDDEN. */
  async admit(context: HttpContext, access: Access): Promise<void> {
    const header = context.req.header('authorization');
    if (access === 'open') {
      checkDeclaredLength(context, this.bodyLimitBytes);
      return this.#identify(context, header);
    }
    const key = this.#keyOf(header);
    note(context, key);
    await this.#counted(context, key, () => {
      if (hostOf(context) === null) throw withoutHost();
      checkDeclaredLength(context, this.bodyLimitBytes);
    });
    const scope = scopeFor(access, this.settings);
    if (scope === null) return;
    if (this.#keys.isEmpty) return refuseCrossSite(context, this.corsOrigins);
    if (key === null) throw unauthorized(header);
    if (!permits(key, scope)) throw forbidden(key, scope);
  }

  /**
   * For a health probe: no limit refuses it, but beyond the limit its key is not checked, so that
   * nobody can guess keys this way.
   */
  async #identify(context: HttpContext, header: string | undefined): Promise<void> {
    if (header === undefined || this.#keys.isEmpty) return;
    if (await this.#isWithinLimit(context, null)) note(context, this.#keyOf(header));
  }

  #keyOf(header: string | undefined): ApiKey | null {
    if (header === undefined || this.#keys.isEmpty) return null;
    const token = BEARER.exec(header)?.[1];
    return token === undefined ? null : this.#keys.find(token);
  }

  /**
   * Counts a request, then checks it. An unknown token counts for its address, so that guessing
   * does not start a new count. Beyond the limit the answer is RATE_LIMITED, whatever else is
   * wrong; if the other refusal closes the connection, so does this one.
   */
  async #counted(context: HttpContext, key: ApiKey | null, check: () => void): Promise<void> {
    if (await this.#isWithinLimit(context, key)) return check();
    const { rateLimit } = this.settings;
    const wrong = refusalOf(check);
    const closes = wrong instanceof HttpError && wrong.headers.connection === 'close';
    throw new HttpError(
      'RATE_LIMITED',
      `Send at most ${rateLimit} ${rateLimit === 1 ? 'request' : 'requests'} per second (service.rate_limit).`,
      { 'retry-after': '1', ...(closes ? { connection: 'close' } : {}) },
    );
  }

  /** False if the limit of the key, or of the address without a key, is used up. */
  async #isWithinLimit(context: HttpContext, key: ApiKey | null): Promise<boolean> {
    if (this.#limit === null) return true;
    const address = context.env?.incoming?.socket.remoteAddress ?? '';
    return this.#limit.take(
      key === null ? `address ${clientOfAddress(address)}` : `key ${key.name}`,
    );
  }
}

/** What a check throws; null if it throws nothing. */
function refusalOf(check: () => void): unknown {
  try {
    check();
    return null;
  } catch (error) {
    return error;
  }
}

function note(context: HttpContext, key: ApiKey | null): void {
  if (key === null) return;
  context.env?.keyShown?.();
  context.set('key', key.name);
  context.set('scopes', key.scopes);
  context.set('isAdmin', permits(key, 'admin'));
}

function withoutHost(): HttpError {
  return new HttpError(
    'HTTP_400',
    'The request has no Host header; only /health, /health/live and /health/ready are answered without one.',
  );
}

function unauthorized(header: string | undefined): HttpError {
  const challenge = `Bearer realm="${REALM}"`;
  if (header === undefined) {
    return new HttpError('UNAUTHORIZED', 'Send an API key as `Authorization: Bearer <key>`.', {
      'www-authenticate': challenge,
    });
  }
  const detail = BEARER.test(header)
    ? 'This API key is unknown.'
    : 'The Authorization header does not have the form `Bearer <key>`.';
  return new HttpError('UNAUTHORIZED', detail, {
    'www-authenticate': `${challenge}, error="invalid_token"`,
  });
}

function forbidden({ name, scopes }: ApiKey, scope: Scope): HttpError {
  return new HttpError(
    'FORBIDDEN',
    `This needs the scope ${scope}; the key ${JSON.stringify(name)} has ${scopes.join(', ')}.`,
    {
      'www-authenticate': `Bearer realm="${REALM}", error="insufficient_scope", scope="${scope}"`,
    },
  );
}
