import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');
/** Precedes a block of commands that a test cannot run, and gives the reason. */
const NOT_RUN = /^<!-- not run: (.+) -->$/;
const FENCE = /^```(\w*)$/;

export interface Commands {
  /** Of its first line in the document. */
  readonly line: number;
  readonly text: string;
  /** The reason why a test omits it; null if it is run. */
  readonly notRun: string | null;
  /** The next block, with only empty lines between: the expected output. */
  readonly answer: { readonly language: string; readonly text: string } | null;
}

interface Block {
  readonly line: number;
  readonly language: string;
  readonly text: string;
  /** The lines between the previous block and this one, without empty lines. */
  readonly before: readonly string[];
}

/** The `sh` blocks of a document of the project, in order, each with its expected answer. */
export function commandsIn(document: string): readonly Commands[] {
  const blocks = blocksOf(readFileSync(join(root, document), 'utf8'));
  return blocks.flatMap((block, index) => {
    if (block.language !== 'sh') return [];
    const next = blocks[index + 1];
    const isAnswer = next?.before.length === 0 && ['json', 'text'].includes(next.language);
    return [
      {
        line: block.line,
        text: block.text,
        notRun: NOT_RUN.exec(block.before.at(-1) ?? '')?.[1] ?? null,
        answer: isAnswer ? next : null,
      },
    ];
  });
}

function blocksOf(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let before: string[] = [];
  let open: { line: number; language: string; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = FENCE.exec(line);
    if (open === null && fence !== null) {
      open = { line: index + 2, language: fence[1] ?? '', lines: [] };
    } else if (open !== null && line === '```') {
      const { line: first, language, lines } = open;
      blocks.push({ line: first, language, text: lines.join('\n'), before });
      open = null;
      before = [];
    } else if (open !== null) open.lines.push(line);
    else if (line.trim() !== '') before.push(line);
  }
  return blocks;
}
