import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { loadConfig } from '../../../src/adapters/config/load-config.js';
import { ConfigurationError } from '../../../src/ports/configuration-error.js';

export interface Given {
  /** Text of config/config.yaml; no file if omitted. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/** An empty working directory for each test of the file that calls this. */
export function aWorkspace() {
  let cwd = '';
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'ps-config-'));
  });
  afterEach(() => {
    rmSync(cwd, { recursive: true, force: true });
  });
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
    return join(cwd, name);
  };
  const load = ({ file, env = {}, flags = [] }: Given = {}) => {
    if (file !== undefined) write('config/config.yaml', file);
    return loadConfig({ flags, env, cwd });
  };
  /** The lines of the ConfigurationError below its headline. */
  const problems = (given: Given): readonly string[] => {
    try {
      load(given);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const [headline, ...lines] = error.message.split('\n').map((line) => line.trim());
      if (headline !== 'The configuration is not valid:') throw error;
      return lines;
    }
    return [];
  };
  return { load, problems, write, config: (given: Given = {}) => load(given).config };
}
