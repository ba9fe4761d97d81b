import type { Figure } from './figure.js';
import type { Stage } from './stage.js';

export interface Scenario {
  /** For `--only`. */
  readonly name: string;
  /** Description for the document. */
  readonly about: string;
  run(stage: Stage): Promise<readonly Figure[]>;
}
