/** Less than the 100 columns of a line: quotes are added. */
const WIDTH = 96;

export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
}

export function pascalCase(name: string): string {
  return name.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Breaks a text into lines of at most `WIDTH` columns; further lines get a deeper indent. */
export function wrap(text: string, indent: string, deeper = indent): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const separator = line.trim() === '' ? '' : ' ';
    if (line.length + separator.length + word.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = deeper + word;
    } else {
      line += separator + word;
    }
  }
  return [...lines, line].join('\n');
}

/** A docstring of paragraphs that are already indented. */
export function docstring(paragraphs: readonly string[], indent: string): string {
  const text = paragraphs.join('\n\n').replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"');
  const isOneLine = !text.includes('\n') && text.length + 6 <= WIDTH && !text.endsWith('"');
  const start = `${indent}"""${text.slice(indent.length)}`;
  return isOneLine ? `${start}"""` : `${start}\n${indent}"""`;
}

export function sentence(text: string): string {
  return /[.!?:]$/.test(text) ? text : `${text}.`;
}

/** `name={"a": a, "b": b}` for the call of a method, in as many lines as it needs. */
export function dictText(name: string, members: readonly string[]): string {
  const call = ' '.repeat(12);
  const entries = members.map((member) => `"${member}":\u0001${member},`).join(' ');
  const line = `${name}={${entries.slice(0, -1)}}`.replaceAll('\u0001', ' ');
  if (call.length + line.length < WIDTH) return line;
  return `${name}={\n${wrap(entries, `${call}    `).replaceAll('\u0001', ' ')}\n${call}}`;
}
