import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GUIDE = join(import.meta.dirname, '..', '..', '..', 'docs', 'deployment.md');

export interface DocumentedPrivileges {
  /** Of a service that migrates its tables itself. */
  readonly migrating: string;
  /** Of a service whose tables another user migrates. */
  readonly running: string;
}

/** The two lists of privileges in the deployment guide. Throws if it has others. */
export function documentedPrivileges(): DocumentedPrivileges {
  const guide = readFileSync(GUIDE, 'utf8');
  const lists = [...guide.matchAll(/^GRANT (.+) ON ai_terminal\.\* TO/gm)].map(
    ([, list = '']) => list,
  );
  const [migrating, running, ...others] = [...new Set(lists)];
  if (migrating === undefined || running === undefined || others.length > 0) {
    throw new Error(`the guide grants ${JSON.stringify(lists)}`);
  }
  return { migrating, running };
}
