import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** In the repository, so that a change of the contract is seen in a diff. */
export const SAVED_COPY = join(root, 'docs', 'openapi.json');

/** The text of the saved copy: in the order of the document, two spaces, a newline at the end. */
export function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Where the saved copy and the document first differ, in words; null when they are the same. */
export function difference(saved: string, document: object): string | null {
  const served = textOf(document);
  if (saved === served) return null;
  const [was, is] = [saved.split('\n'), served.split('\n')];
  const at = is.findIndex((line, index) => line !== was[index]);
  const line = at === -1 ? is.length : at;
  const shown = (lines: readonly string[]) => lines[line]?.trim() || '(nothing)';
  return [
    `docs/openapi.json is not what the service serves; the first difference is in line ${line + 1}:`,
    `  saved:  ${shown(was)}`,
    `  served: ${shown(is)}`,
    'Run `npm run openapi` and review the diff: clients depend on what it says.',
  ].join('\n');
}
