import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

/** In the repository, so that a change of the API contract is visible in a diff. */
export const SAVED_COPY = join(root, 'docs', 'openapi.json');

/**
 * Text of the saved copy: in the order of the document, indented by two spaces, with a final
 * newline.
 */
export function textOf(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/**
 * Describes the first difference between the saved copy and the document; null if they are equal.
 */
export function difference(saved: string, document: object): string | null {
  const served = textOf(document);
  if (saved === served) return null;
  const [was, is] = [saved.split('\n'), served.split('\n')];
  const at = is.findIndex((line, index) => line !== was[index]);
  const line = at === -1 ? is.length : at;
  const shown = (lines: readonly string[]) => lines[line]?.trim() || '(nothing)';
  return [
    `docs/openapi.json differs from the served document; the first difference is in line ${line + 1}:`,
    `  saved:  ${shown(was)}`,
    `  served: ${shown(is)}`,
    'Run `npm run openapi` and review the diff: clients depend on this document.',
  ].join('\n');
}
