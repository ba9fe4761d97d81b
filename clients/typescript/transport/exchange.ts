import { NoAnswerError } from '../errors.js';
import type { Settings } from './settings.js';

/** Codes of Node that say so without a name of the system call. */
const UNCONNECTED = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'];

export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds without a byte after which the exchange fails. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

export interface Received {
  readonly response: Response;
  /** The body in pieces. Throws NoAnswerError if it breaks off.  */
  readonly chunks: AsyncGenerator<Uint8Array, void, undefined>;
}

/**
 * Sends a request once. Throws NoAnswerError without an answer, and the reason of the signal if it
 * is aborted.
 */
export async function exchange(sent: Sent, { fetch, world }: Settings): Promise<Received> {
  const { url, method, headers, body, timeout, signal } = sent;
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  let disarm = () => {};
  const arm = () => {
    disarm();
    disarm = world.after(timeout, () => {
      controller.abort(new DOMException('no answer in time', 'TimeoutError'));
    });
  };
  const end = () => {
    disarm();
    signal?.removeEventListener('abort', abort);
  };
  const failure = (error: unknown): unknown => {
    end();
    if (signal?.aborted === true) return signal.reason;
    return new NoAnswerError(reasonOf(error, timeout), url, error, isUnconnected(error));
  };

  arm();
  const init: RequestInit = { method, headers, redirect: 'manual', signal: controller.signal };
  const response = await fetch(url, body === undefined ? init : { ...init, body }).catch(
    (error: unknown) => {
      throw failure(error);
    },
  );
  // A slow reader is no slow service: only the times in which the service is waited for count.
  disarm();
  return { response, chunks: chunksOf(response, { arm, disarm: () => disarm(), end, failure }) };
}

interface Watch {
  readonly arm: () => void;
  readonly disarm: () => void;
  readonly end: () => void;
  readonly failure: (error: unknown) => unknown;
}

async function* chunksOf(
  { body }: Response,
  { arm, disarm, end, failure }: Watch,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === null) return end();
  const reader = body.getReader();
  try {
    for (;;) {
      arm();
      const { done, value } = await reader.read();
      disarm();
      if (done) return;
      yield value;
    }
  } catch (error) {
    throw failure(error);
  } finally {
    end();
    // Frees the connection of an answer that is not read to its end.
    await reader.cancel().catch(() => undefined);
  }
}

/** The whole text of an answer. */
export async function textOf({ chunks }: Received): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

/** At least so many characters of an answer, if it has them. The rest is not read. */
export async function beginningOf({ chunks }: Received, characters: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of chunks) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= characters) break;
  }
  return text;
}

/** Whether no connection was made. Browsers do not tell, so it is false there. */
function isUnconnected(error: unknown): boolean {
  const { code, syscall = '' } = ((error as Error | null)?.cause ?? {}) as {
    code?: unknown;
    syscall?: string;
  };
  return UNCONNECTED.includes(String(code)) || ['connect', 'getaddrinfo'].includes(syscall);
}

/** `fetch` reports only "fetch failed"; its cause has the reason. */
function reasonOf(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return cause.message || ('code' in cause ? String(cause.code) : cause.name);
}
