import type { Figure } from './figure.js';
import type { Stage } from './stage.js';

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  /** Description for the document. */
  readonly about: string;
  /** It reads or writes the data set, so its figures depend on the size of it. */
  readonly usesDataset?: true;
  run(stage: Stage): Promise<readonly Figure[]>;
}
