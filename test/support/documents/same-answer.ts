/** Stands for omitted parts: of a text, a list or an object. */
const REST = '…';
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Numbers that vary. */
const VARYING = /^(duration_ms|size_bytes|oldest_pending_seconds)$/;

/**
 * The differences between an answer and the document. Of times, UUIDs, durations and sizes only the
 * format is compared; `…` matches omitted parts.
 */
export function differences(shown: unknown, found: unknown, path = ''): readonly string[] {
  if (Array.isArray(shown) && Array.isArray(found)) return ofLists(shown, found, path);
  if (isObject(shown) && isObject(found)) return ofObjects(shown, found, path);
  if (isSame(shown, found, path)) return [];
  return [`${path || 'the answer'}: shown ${JSON.stringify(shown)}, is ${JSON.stringify(found)}`];
}

function isSame(shown: unknown, found: unknown, path: string): boolean {
  if (typeof shown === 'string' && typeof found === 'string') {
    if (shown.endsWith(REST)) return found.startsWith(shown.slice(0, -REST.length));
    const varies = [TIME, UUID].some((form) => form.test(shown) && form.test(found));
    return varies || shown === found;
  }
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (VARYING.test(name)) return typeof shown === typeof found;
  return shown === found;
}

function ofLists(shown: readonly unknown[], found: readonly unknown[], path: string) {
  const items = shown.at(-1) === REST ? shown.slice(0, -1) : shown;
  const fits = items === shown ? found.length === items.length : found.length > items.length;
  if (!fits) return [`${path}: shown ${items.length} items, there are ${found.length}`];
  return items.flatMap((item, index) => differences(item, found[index], `${path}[${index}]`));
}

type Fields = Readonly<Record<string, unknown>>;

function ofObjects(shown: Fields, found: Fields, path: string): readonly string[] {
  const names = Object.keys(shown).filter((name) => name !== REST);
  const missing = names.filter((name) => !(name in found));
  const left = REST in shown ? [] : Object.keys(found).filter((name) => !(name in shown));
  return [
    ...missing.map((name) => `${path}.${name}: shown, is not there`),
    ...left.map((name) => `${path}.${name}: is there, not shown`),
    ...names
      .filter((name) => name in found)
      .flatMap((name) => differences(shown[name], found[name], `${path}.${name}`)),
  ];
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses consecutive JSON values, each beginning on a new line. */
export function answersIn(text: string): readonly unknown[] {
  return text
    .trim()
    .split(/\n(?=[{[])/)
    .map((value) => JSON.parse(value) as unknown);
}
