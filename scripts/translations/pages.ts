import { posix } from 'node:path';
import { type Page, pageOf } from './markdown.js';

/** A page, and its translation. */
export interface Pair {
  readonly english: string;
  readonly chinese: string;
}

/** The files of a project, by path from its root, with `/`. */
export interface Files {
  /** A file or a folder. */
  has(path: string): boolean;
  /** Throws if there is no such file. */
  read(path: string): string;
}

export interface Link {
  readonly line: number;
  /** As it is written. */
  readonly target: string;
  /** From the root of the project. */
  readonly path: string;
  readonly anchor: string;
}

/** The pages of a project, each read once. */
export class Pages {
  readonly #pages = new Map<string, Page>();

  constructor(
    readonly files: Files,
    readonly pairs: readonly Pair[],
  ) {}

  get(path: string): Page {
    const page = this.#pages.get(path) ?? pageOf(path, this.files.read(path));
    this.#pages.set(path, page);
    return page;
  }

  /** The number of the section that a link leads to: 0 without an anchor, -1 if there is none. */
  sectionOf({ path, anchor }: Pick<Link, 'path' | 'anchor'>): number {
    return this.get(path).sections.findIndex((section) => section.anchor === anchor);
  }

  pairOf(path: string): Pair | undefined {
    return this.pairs.find(({ english, chinese }) => path === english || path === chinese);
  }
}

const LINK = /\]\(([^)\s]+)\)/g;

/** The links of a line within the project. Code has no links. */
export function linksIn(page: string, text: string, line: number): readonly Link[] {
  return [...text.replace(/`[^`]*`/g, '').matchAll(LINK)].flatMap(([, target = '']) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = '', anchor = ''] = target.split('#');
    const path = file === '' ? page : posix.join(posix.dirname(page), file).replace(/\/$/, '');
    return [{ line, target, path, anchor: decodeURIComponent(anchor) }];
  });
}

export function linksOf({ path, sections }: Page): readonly Link[] {
  return sections
    .flatMap(({ prose, tables }) => [...prose, ...tables.flat()])
    .flatMap(({ text, number }) => linksIn(path, text, number));
}

/** A link to a file, as a page writes it. */
export function linkFrom(page: string, path: string): string {
  return posix.relative(posix.dirname(page), path);
}
