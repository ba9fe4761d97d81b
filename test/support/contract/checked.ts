import type { Contract } from './contract.js';

interface Request {
  readonly method: string;
  readonly path: string;
}

/**
 * Returns the response if it matches the document; throws all differences otherwise. The body of a
 * streamed answer is checked as the test reads it, and is cut off at an error.
 */
export async function checked(
  contract: Contract,
  { method, path }: Request,
  response: Response,
): Promise<Response> {
  const { status, headers } = response;
  const check = (body: string | null) => {
    const problems = contract.problemsOf({ method, path, status, headers, body });
    if (problems.length === 0) return;
    const lines = problems.slice(0, 20).map((problem) => `  ${problem}`);
    throw new Error(
      `${method} ${path.slice(0, 200)} was answered ${status}, not as documented:\n${lines.join('\n')}`,
    );
  };
  if (response.body === null || !contract.isStreamed(method, path, status)) {
    check(await response.clone().text());
    return response;
  }
  check(null);
  return new Response(response.body.pipeThrough(reading(check)), { status, headers });
}

/** Passes a body on and gives the complete text to `check` before it ends. */
function reading(check: (body: string) => void): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  let body = '';
  return new TransformStream({
    transform(chunk, controller) {
      body += decoder.decode(chunk, { stream: true });
      controller.enqueue(chunk);
    },
    flush: () => check(body + decoder.decode()),
  });
}
