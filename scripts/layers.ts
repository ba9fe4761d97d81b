import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';

/** Where the rules hold. */
const LAYERED = ['src', 'clients/typescript'];

const projectRoot = join(import.meta.dirname, '..');

export const layerConfigPath = join(projectRoot, '.dependency-cruiser.cjs');

export interface LayerViolation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

export interface LayerReport {
  /** Source files seen, not counting packages and Node modules. */
  readonly modules: number;
  /** Imports seen from those files. */
  readonly dependencies: number;
  readonly violations: readonly LayerViolation[];
}

/**
 * Checks `<root>/src` and `<root>/clients/typescript` against the layer rules of this project.
 *
 * Callers must check the counts as well: with a TypeScript that it cannot load, dependency-cruiser
 * reads nothing and reports no violations.
 */
export async function checkLayers(root: string = projectRoot): Promise<LayerReport> {
  const options = await extractDepcruiseOptions(layerConfigPath);
  const tsConfig = extractTSConfig(join(projectRoot, 'tsconfig.json'));
  const folders = LAYERED.filter((folder) => existsSync(join(root, folder)));
  const { output } = await cruise(folders, { ...options, baseDir: root }, {}, { tsConfig });
  if (typeof output === 'string') throw new Error('dependency-cruiser gave no structured result');

  const ours = output.modules.filter((module) =>
    LAYERED.some((folder) => module.source.startsWith(`${folder}/`)),
  );
  return {
    modules: ours.length,
    dependencies: ours.reduce((sum, module) => sum + module.dependencies.length, 0),
    violations: output.summary.violations.map(({ rule, from, to }) => ({
      rule: rule.name,
      from,
      to,
    })),
  };
}
