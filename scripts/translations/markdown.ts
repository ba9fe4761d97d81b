export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A heading and what follows it, up to the next heading of any level. */
export interface Section {
  /** 0 is the part before the first heading. */
  readonly level: number;
  readonly title: string;
  /** As GitHub makes it; empty before the first heading. */
  readonly anchor: string;
  readonly line: number;
  /** Lines that belong to no table and no block. */
  readonly prose: readonly Line[];
  /** The rows of each table, its head included. */
  readonly tables: readonly (readonly Line[])[];
  /** Every line, as it is written. */
  readonly source: string;
}

/** A page in parts. */
export interface Page {
  readonly path: string;
  readonly sections: readonly Section[];
  /** The fenced blocks of code, with their fences. */
  readonly blocks: readonly (readonly Line[])[];
}

const HEADING = /^(#{1,6}) (.+)$/;
/** Indented by an item of a list, too. */
const FENCE = /^\s*(```+|~~~+)/;

interface OpenSection extends Section {
  prose: Line[];
  tables: Line[][];
  source: string;
}

export function pageOf(path: string, text: string): Page {
  const sections = [sectionOf('', 1, [])];
  const blocks: Line[][] = [];
  let fence: string | null = null;
  let before = '';
  for (const [index, content] of text.split('\n').entries()) {
    const line = { number: index + 1, text: content };
    const mark: string | undefined = FENCE.exec(content)?.[1];
    if (fence === null && mark !== undefined) {
      fence = mark;
      blocks.push([line]);
    } else if (fence !== null) {
      blocks.at(-1)?.push(line);
      if (mark !== undefined && content.trim() === fence) fence = null;
    } else if (HEADING.test(content)) {
      sections.push(sectionOf(content, line.number, sections));
    } else addTo(sections.at(-1) as OpenSection, line, before);
    (sections.at(-1) as OpenSection).source += `${content}\n`;
    before = content;
  }
  return { path, sections, blocks };
}

function sectionOf(heading: string, line: number, others: readonly Section[]): OpenSection {
  const [, marks = '', title = ''] = HEADING.exec(heading) ?? [];
  const anchor = anchorOf(title, new Set(others.map((each) => each.anchor)));
  return { level: marks.length, title, anchor, line, prose: [], tables: [], source: '' };
}

function addTo({ prose, tables }: OpenSection, line: Line, before: string): void {
  if (!line.text.startsWith('|')) prose.push(line);
  else if (before.startsWith('|')) tables.at(-1)?.push(line);
  else tables.push([line]);
}

function anchorOf(title: string, taken: ReadonlySet<string>): string {
  const anchor = title
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
  let result = anchor;
  for (let count = 1; title !== '' && taken.has(result); count += 1) result = `${anchor}-${count}`;
  return result;
}
