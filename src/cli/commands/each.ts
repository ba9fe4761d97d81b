import type { CommandContext } from '../context.js';
import { RequestError } from '../service-client.js';
import { printable } from '../text.js';

/**
 * Runs an action for each id and reports the results. An id that does not exist does not stop the
 * others; any other failure would affect all of them, so it ends the command after a report. Both
 * make the command fail.
 */
export async function each(
  ids: readonly string[],
  done: 'requeued' | 'dropped',
  act: (id: string) => Promise<void>,
  { print, warn, fail }: CommandContext,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const failed: { id: string; error_code: string | null; detail: string }[] = [];
  let count = 0;
  try {
    for (const id of new Set(ids)) {
      try {
        await act(id);
        count += 1;
        if (!json) print(`${done} ${printable(id)}`);
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
        const { error_code = null, detail = error.message } = error.problem ?? {};
        failed.push({ id, error_code, detail });
        if (error_code !== 'HTTP_404') throw error;
        warn(printable(`${id}: ${detail}`));
        fail();
      }
    }
  } finally {
    if (json) print(JSON.stringify({ [done]: count, failed }));
  }
}
