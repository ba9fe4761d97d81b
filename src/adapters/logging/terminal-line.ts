import { escapeControls } from '../../domain/controls.js';

/**
 * A line of the log with what is dangerous to a terminal escaped once more: what makes readable
 * lines of it takes one level of escapes away. So is the end of a line, which could begin a false
 * one; only a stack has lines.
 */
export function terminalLine(line: string): string {
  const fields: unknown = JSON.parse(line, (name, value: unknown) =>
    typeof value === 'string' ? visible(name, value) : value,
  );
  return `${JSON.stringify(fields)}\n`;
}

function visible(name: string, text: string): string {
  const escaped = escapeControls(text);
  return name === 'stack' ? escaped : escaped.replaceAll('\n', '\\u000a');
}
