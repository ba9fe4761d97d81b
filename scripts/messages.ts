/** Texts by key; a group of them has a name. */
export interface Messages {
  readonly [name: string]: string | Messages;
}

interface Source {
  readonly path: string;
  readonly text: string;
}

/** A key in full: t('nav.overview'). */
const KEY = /\bt\(\s*'([\w.]+)'/g;
/** A key that begins like this: t(`field.${name}`). */
const PREFIX = /\bt\(\s*`([\w.]+\.)\$\{/g;
const PLACEHOLDER = /\{(\w+)\}/g;

/** What is wrong with the messages: keys that are missing or unused, other placeholders. */
export function problemsOf(
  languages: Readonly<Record<string, Messages>>,
  sources: readonly Source[],
): { readonly keys: number; readonly problems: readonly string[] } {
  const texts = Object.entries(languages).map(([name, messages]) => ({
    name,
    messages: new Map(flat(messages)),
  }));
  const keys = new Set(texts.flatMap(({ messages }) => [...messages.keys()]));
  const used = new Set<string>();
  const prefixes = new Set<string>();
  const problems: string[] = [];
  for (const { path, text } of sources) {
    for (const [, key = ''] of text.matchAll(KEY)) {
      used.add(key);
      if (!keys.has(key)) problems.push(`${path} uses ${key}, which no language has`);
    }
    for (const [, prefix = ''] of text.matchAll(PREFIX)) prefixes.add(prefix);
  }
  for (const key of keys) {
    if (!used.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix))) {
      problems.push(`${key} is not used`);
    }
    for (const { name, messages } of texts) {
      if (!messages.has(key)) problems.push(`${name} has no ${key}`);
    }
    const found = texts.map(({ messages }) => placeholdersOf(messages.get(key) ?? ''));
    if (new Set(found).size > 1) problems.push(`${key} has other placeholders in each language`);
  }
  return { keys: keys.size, problems };
}

function flat(messages: Messages, before = ''): [key: string, text: string][] {
  return Object.entries(messages).flatMap(([name, value]) =>
    typeof value === 'string'
      ? [[before + name, value] as [string, string]]
      : flat(value, `${before}${name}.`),
  );
}

function placeholdersOf(text: string): string {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name]) => name))].sort().join(' ');
}
