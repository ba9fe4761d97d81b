import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { describeWithPrograms } from '../../support/deployment/debian-programs.js';
import { PROJECT } from '../../support/deployment/deployed.js';
import { runCommand } from '../../support/mysql-servers/command.js';

/** The value of a list is one that a shell would change. */
const SETTINGS = 'AUTH_ALLOWED_HOSTS=["YOUR.NAME"]\n';

/** The commands of the guides that take their settings from service.env, made to run here. */
const COMMANDS = [
  ['deployment.md', /^.*main\.js config check\b.*$/m, (line: string) => line],
  [
    'operations.md',
    /^ *copy\(\) \{.*\}$/m,
    // Another command, with the same settings: there is no store to copy.
    (line: string) =>
      `${line.replace('runuser -u $user -- ', '').replace(/copy --from \w+ --to \w+/, 'config check')}\ncopy`,
  ],
] as const;

describeWithPrograms('a command with the settings of the service', ['bash'], () => {
  it.each(COMMANDS)(
    'in docs/%s reads service.env as systemd does',
    async (name, pattern, adapt) => {
      const folder = mkdtempSync(join(tmpdir(), 'ps-settings-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      const settings = join(folder, 'service.env');
      writeFileSync(settings, SETTINGS);
      const line = pattern.exec(readFileSync(join(PROJECT, 'docs', name), 'utf8'))?.[0] ?? '';
      expect(line).toContain('/etc/persistence-service/service.env');
      const command = adapt(line)
        .replace('/etc/persistence-service/service.env', settings)
        .replace(/(\/opt\/persistence-service\/current|\$code)(?=\/dist\/main\.js)/, PROJECT);
      const { code, stdout, stderr } = await runCommand(['bash', '-c', command], {
        timeoutMs: 60_000,
      });
      expect([code, stdout], stderr).toEqual([0, expect.stringContaining('auth.allowed_hosts')]);
    },
  );
});
