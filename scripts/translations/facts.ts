import type { Line, Page, Section } from './markdown.js';
import { linksIn, type Pages } from './pages.js';
import { titleOf } from './structure.js';

const CODE = /`([^`]+)`/g;
const NUMBER = /\d+(?:[.,]\d+)*/g;

/**
 * What a translation must keep: code, numbers and links, of a row of a table, and of the other
 * lines of a section together. The translation may add numbers, and mark words of the English
 * section as code.
 */
export function factProblems(
  pages: Pages,
  [english, expected]: readonly [Page, Section],
  [chinese, found]: readonly [Page, Section],
): readonly string[] {
  const rows = expected.tables.flatMap((table, index) =>
    table.map((row, at) => [[row], [found.tables[index]?.[at]].filter((r) => r !== undefined)]),
  );
  return [[expected.prose, found.prose] as const, ...rows].flatMap(([before = [], after = []]) => {
    const there = factsOf(pages, english.path, before);
    const here = factsOf(pages, chinese.path, after);
    const lacks = [...there].filter((fact) => !here.has(fact));
    const adds = [...here].filter(
      (fact) => isLasting(fact) && !there.has(fact) && !expected.source.includes(bare(fact)),
    );
    const where =
      after === found.prose
        ? `${chinese.path}:${found.line}: ${titleOf(found)}`
        : `${chinese.path}:${after[0]?.number}: this row`;
    return [
      ...lacks.map((fact) => `${where} lacks ${fact}, which ${english.path} has; translate it`),
      ...adds.map((fact) => `${where} has ${fact}, which ${english.path} has not; remove it`),
    ];
  });
}

/** `code`, a number, or a link in angle brackets, in English terms. */
function factsOf(pages: Pages, path: string, lines: readonly Line[]): ReadonlySet<string> {
  const text = lines.map((line) => line.text).join('\n');
  const words = text.replace(CODE, '').replace(/\]\([^)]*\)/g, ']');
  return new Set([
    ...[...text.matchAll(CODE)].map(([code]) => code),
    ...numbersIn(words),
    ...linksIn(path, text, 0).map(({ target: _, ...link }) => inEnglish(pages, link)),
  ]);
}

/** Without separators of thousands. */
export function numbersIn(text: string): readonly string[] {
  return [...text.matchAll(NUMBER)].map(([number]) => number.replaceAll(',', ''));
}

/** A link to a translation, as a link to the same section of the English page. */
function inEnglish(pages: Pages, link: { path: string; anchor: string }): string {
  const pair = pages.pairOf(link.path);
  const path = pair?.english ?? link.path;
  const section = pair && pages.get(path).sections[pages.sectionOf(link)];
  const anchor = section?.anchor ?? link.anchor;
  return anchor === '' ? `<${path}>` : `<${path}#${anchor}>`;
}

function isLasting(fact: string): boolean {
  return fact.startsWith('`') || fact.startsWith('<');
}

function bare(fact: string): string {
  return fact.startsWith('`') ? fact.slice(1, -1) : fact;
}
