import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findProgram } from '../mysql-servers/command.js';

/** What a node runs, and as whom. */
export interface GaleraPrograms {
  readonly server: string;
  readonly install: string;
  /** The library that replicates. */
  readonly provider: string;
  /** Null: the servers run as the user of the tests. */
  readonly user: { readonly name: string; readonly uid: number; readonly gid: number } | null;
}

const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera/libgalera_smm.so'];
/** The copy of a node for a node that joins runs this script, and the script these programs. */
const TRANSFER = ['wsrep_sst_rsync', 'rsync', 'lsof'] as const;
const USER = 'mysql';

/** The programs of a cluster, or the reason why there can be none on this machine. */
export function findGalera(): GaleraPrograms | string {
  const server = findProgram('mariadbd');
  if (server === null) return 'mariadbd is not installed (mariadb-server)';
  const install = findProgram('mariadb-install-db');
  if (install === null) return 'mariadb-install-db is not installed (mariadb-server)';
  const provider = PROVIDERS.find((path) => existsSync(path));
  if (provider === undefined) return 'libgalera_smm.so is not installed (galera-4)';
  for (const program of TRANSFER) {
    if (findProgram(program) === null) return `${program} is not installed`;
  }
  // The server refuses to run as root, and so does the transfer of its files.
  if (process.getuid?.() !== 0) return { server, install, provider, user: null };
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  if (uid === null || gid === null) return `there is no user ${USER} for the servers`;
  return { server, install, provider, user: { name: USER, uid, gid } };
}

function idOf(what: '-u' | '-g'): number | null {
  try {
    return Number(execFileSync('id', [what, USER], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return null;
  }
}
