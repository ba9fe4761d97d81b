import type { Line, Page, Section } from './markdown.js';

/**
 * Where the blocks of code or the headings of a translation differ first. Later differences may
 * only follow from the first, so they are not reported.
 */
export function blockProblems(english: Page, chinese: Page): readonly string[] {
  const length = Math.max(english.blocks.length, chinese.blocks.length);
  for (let index = 0; index < length; index += 1) {
    const problem = differenceOf(english, chinese, index);
    if (problem !== null) return [problem];
  }
  return [];
}

function differenceOf(english: Page, chinese: Page, index: number): string | null {
  const block = `block ${index + 1}`;
  const expected = english.blocks[index];
  const found = chinese.blocks[index];
  if (found === undefined) {
    return `${chinese.path}: ${block} is missing; copy it from ${placeOf(english, expected)}`;
  }
  if (expected === undefined) {
    return `${placeOf(chinese, found)}: ${block} is not in ${english.path}; remove it, or add it there`;
  }
  const at = expected.findIndex(({ text }, row) => text !== found[row]?.text);
  const row = at === -1 ? expected.length : at;
  if (at === -1 && found.length === expected.length) return null;
  const has = quoted(found[row]);
  const shouldHave = quoted(expected[row]);
  const { number } = found[row] ?? (found.at(-1) as Line);
  return `${chinese.path}:${number}: line ${row + 1} of ${block} is ${has}, in English ${shouldHave}; copy the block from ${placeOf(english, expected)}`;
}

export function headingProblems(english: Page, chinese: Page): readonly string[] {
  const length = Math.max(english.sections.length, chinese.sections.length);
  for (let index = 1; index < length; index += 1) {
    const expected = english.sections[index];
    const found = chinese.sections[index];
    if (expected?.level === found?.level) continue;
    const pairs = `heading ${index} is ${titleOf(found)}, in ${english.path} ${titleOf(expected)}`;
    return [`${chinese.path}:${found?.line ?? 'end'}: ${pairs}; translate the headings in order`];
  }
  return [];
}

/** Tables of two sections with other numbers of rows. */
export function tableProblems(
  [english, expected]: readonly [Page, Section],
  [chinese, found]: readonly [Page, Section],
): readonly string[] {
  if (expected.tables.length !== found.tables.length) {
    const counts = `${found.tables.length} tables, in ${english.path} ${expected.tables.length}`;
    return [`${chinese.path}:${found.line}: ${titleOf(found)} has ${counts}; translate the tables`];
  }
  return expected.tables.flatMap((table, index) => {
    const other = found.tables[index] ?? [];
    if (table.length === other.length) return [];
    const counts = `${other.length} lines, in ${placeOf(english, table)} ${table.length}`;
    return [`${placeOf(chinese, other)}: the table has ${counts}; translate the rows in order`];
  });
}

export function titleOf(section: Section | undefined): string {
  if (section === undefined) return 'missing';
  return section.level === 0 ? 'the beginning' : `“${'#'.repeat(section.level)} ${section.title}”`;
}

function placeOf({ path }: Page, lines: readonly Line[] = []): string {
  return `${path}:${lines[0]?.number ?? 1}`;
}

function quoted(line: Line | undefined): string {
  return line === undefined ? 'missing' : `“${line.text}”`;
}
