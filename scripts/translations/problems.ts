import { factProblems } from './facts.js';
import { linkProblems } from './links.js';
import type { Page } from './markdown.js';
import { type Files, Pages, type Pair } from './pages.js';
import { blockProblems, headingProblems, tableProblems } from './structure.js';

/** What is wrong with translated pages: in which page and line, and what to do. */
export function problemsOf(files: Files, pairs: readonly Pair[]): readonly string[] {
  const pages = new Pages(files, pairs);
  const missing = pairs.flatMap(({ english, chinese }) =>
    [english, chinese]
      .filter((path) => !files.has(path))
      .map((path) => `${path} is missing; ${english} and ${chinese} belong together`),
  );
  return missing.length > 0 ? missing : pairs.flatMap((pair) => problemsOfPair(pages, pair));
}

function problemsOfPair(pages: Pages, pair: Pair): readonly string[] {
  const english = pages.get(pair.english);
  const chinese = pages.get(pair.chinese);
  const headings = headingProblems(english, chinese);
  return [
    ...blockProblems(english, chinese),
    ...headings,
    // Sections that do not correspond cannot be compared.
    ...(headings.length > 0 ? [] : sectionProblems(pages, english, chinese)),
    ...linkProblems(pages, pair),
  ];
}

function sectionProblems(pages: Pages, english: Page, chinese: Page): readonly string[] {
  return english.sections.flatMap((expected, index) => {
    const found = chinese.sections[index];
    if (found === undefined) return [];
    const both = [[english, expected] as const, [chinese, found] as const] as const;
    const tables = tableProblems(...both);
    return tables.length > 0 ? tables : factProblems(pages, ...both);
  });
}
