/** One selector of series in an expression. */
export interface Selector {
  readonly metric: string;
  /** The labels in braces. */
  readonly labels: readonly string[];
}

export interface PromqlNames {
  readonly selectors: readonly Selector[];
  /** The labels of `by (…)`, `on (…)` and the like. */
  readonly grouping: readonly string[];
}

const STRING = '"(?:[^"\\\\]|\\\\.)*"';
const BRACES = `\\{(?:${STRING}|[^"}])*\\}`;
const CLAUSE = /\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)/g;
const WORD = '[a-zA-Z_:][\\w:]*';
const TOKEN = new RegExp(`${STRING}|${BRACES}|\\[[^\\]]*\\]|\\d[\\w.]*|${WORD}|\\S`, 'g');
const OPERATORS = new Set(['and', 'or', 'unless', 'bool', 'offset']);

/** The names in a PromQL expression, as far as the rules and the dashboard use the language. */
export function namesOf(expression: string): PromqlNames {
  const grouping = [...expression.matchAll(CLAUSE)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );
  const tokens = expression.replaceAll(CLAUSE, ' ').match(TOKEN) ?? [];
  const selectors = tokens.flatMap((token, index) => {
    const next = tokens[index + 1] ?? '';
    const isMetric = new RegExp(`^${WORD}$`).test(token) && next !== '(' && !OPERATORS.has(token);
    return isMetric ? [{ metric: token, labels: next.startsWith('{') ? labelsOf(next) : [] }] : [];
  });
  return { selectors, grouping };
}

function labelsOf(braces: string): string[] {
  return [...braces.matchAll(new RegExp(`(${WORD})\\s*(?:=~|!~|!=|=)\\s*${STRING}`, 'g'))].map(
    ([, label = '']) => label,
  );
}

/** The names of the samples of a scrape, each with its labels. */
export type ScrapedNames = ReadonlyMap<string, ReadonlySet<string>>;

export function namesOfScrape(text: string): ScrapedNames {
  const names = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const name = /^\w+/.exec(line)?.[0];
    if (name === undefined) continue;
    const labels = names.get(name) ?? new Set();
    for (const label of labelsOf(line.slice(name.length))) labels.add(label);
    names.set(name, labels);
  }
  return names;
}

/** Labels that Prometheus adds to every series of a target, and series that it creates itself. */
const TARGET_LABELS = ['job', 'instance'];
const OWN_SERIES = 'up';

/** The metrics and labels of an expression that are missing in a scrape. */
export function unknownNames(expression: string, scraped: ScrapedNames): string[] {
  const { selectors, grouping } = namesOf(expression);
  if (selectors.length === 0) return [`no metric in: ${expression}`];
  const known = new Set(TARGET_LABELS);
  const unknown = selectors.flatMap(({ metric, labels }) => {
    const has = metric === OWN_SERIES ? new Set<string>() : scraped.get(metric);
    if (has === undefined) return [metric];
    for (const label of has) known.add(label);
    return labels
      .filter((label) => !has.has(label) && !TARGET_LABELS.includes(label))
      .map((label) => `${metric}{${label}}`);
  });
  return [...unknown, ...grouping.filter((label) => !known.has(label))];
}
