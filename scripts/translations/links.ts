import type { Page } from './markdown.js';
import { type Link, linkFrom, linksOf, type Pages, type Pair } from './pages.js';

/** The link to the other language is in one of these first lines of a page. */
const FIRST_LINES = 5;

/** Links of both pages that lead nowhere, or from a Chinese page to an English one in vain. */
export function linkProblems(pages: Pages, pair: Pair): readonly string[] {
  const english = pages.get(pair.english);
  const chinese = pages.get(pair.chinese);
  return [
    ...otherLanguage(english, '中文', pair.chinese),
    ...otherLanguage(chinese, 'English', pair.english),
    ...[english, chinese].flatMap((page) =>
      linksOf(page).flatMap((link) =>
        broken(pages, link).map((problem) => `${page.path}:${link.line}: ${problem}`),
      ),
    ),
    ...linksOf(chinese).flatMap((link) => {
      const other = pages.pairs.find((each) => each.english === link.path);
      if (other === undefined || (other === pair && link.line <= FIRST_LINES)) return [];
      const better = linkFrom(chinese.path, other.chinese);
      return [`${chinese.path}:${link.line}: ${link.target} is in English; link to ${better}`];
    }),
  ];
}

function otherLanguage({ path, sections }: Page, name: string, other: string): string[] {
  const link = `[${name}](${linkFrom(path, other)})`;
  const first = sections.flatMap(({ prose }) => prose).filter((l) => l.number <= FIRST_LINES);
  if (first.some(({ text }) => text.includes(link))) return [];
  return [`${path}: no link to the other language; add ${link} below the title`];
}

function broken(pages: Pages, link: Link): string[] {
  const { path, anchor, target } = link;
  if (!pages.files.has(path)) return [`${target} leads to no file; correct the link`];
  if (anchor === '' || pages.sectionOf(link) !== -1) return [];
  return [`${target}: ${path} has no heading with this anchor; correct the link`];
}
