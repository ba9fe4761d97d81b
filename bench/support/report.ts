import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { type Figure, isMet } from './figure.js';
import type { StoreName } from './stage.js';

/** The results of one store in one run. */
export interface StoreResults {
  readonly server: string;
  /** The day of the run. */
  readonly date: string;
  readonly machine: string;
  readonly figures: readonly Figure[];
}

export type Results = Readonly<Partial<Record<StoreName, StoreResults>>>;

export async function readResults(path: string): Promise<Results> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Results;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}

export function machine(): string {
  const processors = cpus();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${processors.length} cores (${processors[0]?.model.trim()}), ${gigabytes} GiB, Node ${process.versions.node}`;
}

/** Figures of scenarios that did not run are kept, with the date of their run. */
export function merged(before: StoreResults | undefined, now: StoreResults): StoreResults {
  const fresh = new Map(now.figures.map((figure) => [figure.name, figure]));
  const kept = (before?.figures ?? []).map((figure) => {
    const again = fresh.get(figure.name);
    fresh.delete(figure.name);
    return again ?? { date: before?.date ?? now.date, ...figure };
  });
  return { ...now, figures: [...kept, ...fresh.values()] };
}

/** A Markdown table; `before` are the figures of the previous run, for the last column. */
export function table(figures: readonly Figure[], before: readonly Figure[] = []): string {
  const earlier = new Map(before.map(({ name, value }) => [name, value]));
  const rows = figures.map((figure) => {
    const { name, value, unit } = figure;
    const was = earlier.get(name);
    const of = [name, `${value} ${unit}`, targetOf(figure), was ?? '', figure.date ?? ''];
    return `| ${of.join(' | ')} |`;
  });
  return [
    '| what | reached | must reach | run before | of |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function targetOf(figure: Figure): string {
  const { target } = figure;
  if (target === undefined) return '';
  const sign = target.kind === 'at least' ? '≥' : '≤';
  return `${sign} ${target.value}${isMet(figure) ? '' : ' **missed**'}`;
}

/** Replaces the table of a store between its markers in the document. */
export async function document(path: string, store: StoreName, results: StoreResults) {
  const text = await readFile(path, 'utf8');
  const [begin, end] = [`<!-- begin ${store} -->`, `<!-- end ${store} -->`];
  const [from, until] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || until < from) throw new Error(`${path} has no markers for ${store}`);
  const { server, date, machine: on, figures } = results;
  const section = `${begin}\n${server}, ${date}; ${on}.\n\n${table(figures)}\n`;
  await writeFile(path, text.slice(0, from) + section + text.slice(until));
}
