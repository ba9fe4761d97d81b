import { InvalidValueError } from '../errors.js';
import { REAL_WORLD, type World } from './world.js';

export interface ClientOptions {
  /**
   * The address of the service, such as `https://state.example.org`. Default: `PERSISTENCE_URL`,
   * otherwise `http://127.0.0.1:8001`.
   */
  readonly baseUrl?: string | undefined;
  /**
   * Sent with every request. A function is asked each time. `null`: none. Default:
   * `PERSISTENCE_API_KEY`.
   */
  readonly apiKey?: string | null | (() => string | null) | undefined;
  /**
   * Milliseconds without a byte of the answer after which a request fails. Default: 60,000, and
   * 290,000 for clean-ups, deletes of sessions, requeues and retries of sessions.
   */
  readonly timeout?: number | undefined;
  /**
   * How often a request is repeated that can pass. Default: 10, which takes 41 to 55 seconds
   * and outlasts a restart of the service.
   */
  readonly maxRetries?: number | undefined;
  /** Milliseconds for which a request is repeated. Default: no limit but `maxRetries`. */
  readonly maxRetryTime?: number | undefined;
  /** Sends the requests instead of the global `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Called before each pause, with the error that caused it. */
  readonly onRetry?: ((error: Error, pauseMs: number) => void) | undefined;
  /** Clock and timers, for tests. */
  readonly world?: Partial<World> | undefined;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface Settings {
  /** Without a slash at the end. */
  readonly baseUrl: string;
  readonly apiKey: () => string | null;
  /** Null: that of the operation. */
  readonly timeout: number | null;
  readonly maxRetries: number;
  readonly maxRetryTime: number;
  readonly fetch: Fetch;
  readonly onRetry: (error: Error, pauseMs: number) => void;
  readonly world: World;
}

const DEFAULT_URL = 'http://127.0.0.1:8001';
const MAX_RETRIES = 10;
/** What a header can hold; no message quotes a key. */
const KEY = /^[\x21-\x7e]+$/;

/** Fills in what is left out, from the environment where there is one. Throws InvalidValueError. */
export function settingsOf(options: ClientOptions): Settings {
  const { apiKey = fromEnvironment('PERSISTENCE_API_KEY') ?? null } = options;
  return {
    baseUrl: checkedUrl(options.baseUrl ?? fromEnvironment('PERSISTENCE_URL') ?? DEFAULT_URL),
    apiKey:
      typeof apiKey === 'function' ? () => checkedKey(apiKey()) : constant(checkedKey(apiKey)),
    timeout: options.timeout === undefined ? null : limit('timeout', options.timeout),
    maxRetries: limit('maxRetries', options.maxRetries ?? MAX_RETRIES),
    maxRetryTime: limit('maxRetryTime', options.maxRetryTime ?? Number.POSITIVE_INFINITY),
    // The global one must be called without `this`, and looked up late: tests replace it.
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    onRetry: options.onRetry ?? (() => undefined),
    world: { ...REAL_WORLD, ...options.world },
  };
}

const constant = (key: string | null) => () => key;

/** Browsers have no environment. */
function fromEnvironment(name: string): string | undefined {
  const { process } = globalThis as {
    process?: { env?: Readonly<Record<string, string | undefined>> };
  };
  const value = process?.env?.[name];
  return value === '' ? undefined : value;
}

function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain = url?.username === '' && url.password === '' && url.search + url.hash === '';
  if (isPlain && ['http:', 'https:'].includes(url.protocol)) return text.replace(/\/+$/, '');
  throw new InvalidValueError('baseUrl', 'expected an address such as http://127.0.0.1:8001');
}

function checkedKey(key: string | null): string | null {
  if (key === null || KEY.test(key)) return key;
  throw new InvalidValueError('apiKey', 'contains characters that no API key has');
}

/** A number of things or of milliseconds. */
export function limit(name: string, value: number, least = 0, most = Number.POSITIVE_INFINITY) {
  if (value >= least && value <= most) return value;
  throw new InvalidValueError(name, `expected a number from ${least} to ${most}, got ${value}`);
}
