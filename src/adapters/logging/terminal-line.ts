import { escapeControls } from '../../domain/controls.js';

/**
 * Escapes terminal control characters in a log line a second time, because pretty-printing removes
 * one level of escapes. Line ends are escaped too, since they could start a forged line; only a
 * stack has several lines.
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
