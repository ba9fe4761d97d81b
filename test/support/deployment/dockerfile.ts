import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

export interface Instruction {
  /** `FROM`, `COPY` … */
  readonly name: string;
  /** Its arguments, on one line. */
  readonly words: string;
}

export interface Copy {
  /** True: from the stage `build`; false: from the folder of the project. */
  readonly fromBuild: boolean;
  readonly sources: readonly string[];
  readonly destination: string;
}

/**
 * The instructions of a Dockerfile of the project, one list per stage, without those before FROM.
 */
export function readStages(path: string): readonly (readonly Instruction[])[] {
  const lines = readFileSync(join(root, path), 'utf8')
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: Instruction[][] = [];
  for (const line of lines) {
    const [, name = '', words = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, words });
  }
  return stages;
}

export function copiesOf(stage: readonly Instruction[]): readonly Copy[] {
  return stage.filter(({ name }) => name === 'COPY').map(({ words }) => copyOf(words));
}

function copyOf(words: string): Copy {
  const paths = words.split(/\s+/).filter((word) => !word.startsWith('--'));
  return {
    fromBuild: words.includes('--from=build'),
    sources: paths.slice(0, -1),
    destination: paths.at(-1) ?? '',
  };
}

/** The words of a JSON command: of `CMD`, and of `HEALTHCHECK … CMD`. */
export function commandOf(stage: readonly Instruction[], name: string): readonly string[] {
  const { words } = stage.findLast((instruction) => instruction.name === name) ?? {};
  return JSON.parse(words?.slice(words.indexOf('[')) ?? '[]') as readonly string[];
}

/** The files that .dockerignore includes in the build: it ignores everything but what it names. */
export function readContext(): readonly string[] {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  return lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
}
