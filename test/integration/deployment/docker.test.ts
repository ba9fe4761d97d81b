import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fromTheCache, PROJECT } from '../../support/deployment/deployed.js';
import {
  type Copy,
  commandOf,
  copiesOf,
  readContext,
  readStages,
} from '../../support/deployment/dockerfile.js';
import { runCommand } from '../../support/mysql-servers/command.js';
import { freePort } from '../../support/processes/free-port.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

const INSTALL_TIMEOUT = 900_000;
const [build = [], image = []] = readStages('deployment/Dockerfile');

function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'ps-image-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Implements COPY: the content of a folder into the destination; files into a folder with a
 * trailing `/`.
 */
function copy({ fromBuild, sources, destination }: Copy, built: string, into: string): void {
  for (const source of sources) {
    const from = fromBuild ? join(built, source.replace(/^\/app\//, '')) : join(PROJECT, source);
    const to = destination.endsWith('/') ? join(destination, basename(source)) : destination;
    mkdirSync(join(into, to, '..'), { recursive: true });
    cpSync(from, join(into, to), { recursive: true, verbatimSymlinks: true });
  }
}

/** Of these sources, it need not be built again: its name has the hash of them. */
function copyConsoles(into: string): void {
  const builds = join(PROJECT, '.builds');
  for (const name of readdirSync(builds).filter((one) => one.startsWith('.console-')))
    cpSync(join(builds, name), join(into, name), { recursive: true });
}

describe('the Dockerfile', () => {
  it('copies existing files that .dockerignore does not exclude', () => {
    const context = readContext();
    expect(context.filter((name) => !existsSync(join(PROJECT, name)))).toEqual([]);
    const fromProject = [...copiesOf(build), ...copiesOf(image)].filter((one) => !one.fromBuild);
    const copied = fromProject.flatMap(({ sources }) => sources);
    expect(copied.length).toBeGreaterThan(5);
    expect(new Set(copied)).toEqual(new Set(context));
  });

  it('ends as an unprivileged user, with a health check', () => {
    expect(image.find(({ name }) => name === 'USER')?.words).toBe('node');
    expect(commandOf(image, 'HEALTHCHECK')).toEqual(['node', 'dist/main.js', 'health']);
  });

  it('has a version of node that the project is tested with', () => {
    const read = (...names: string[]) => readFileSync(join(PROJECT, ...names), 'utf8');
    const [, version] = /^ARG NODE_VERSION=(\S+)$/m.exec(read('deployment', 'Dockerfile')) ?? [];
    const [, tested] = /^NEWEST=\((.*)\)$/m.exec(read('scripts', 'other-nodes.sh')) ?? [];
    expect(tested).toContain(`'${version} `);
  });

  it(
    'produces, step by step in clean folders, a service that starts, stores and stops',
    async () => {
      const [built, app] = [aFolder(), aFolder()];
      copyConsoles(join(built, '.builds'));
      for (const { name, words } of build) {
        for (const one of name === 'COPY' ? copiesOf([{ name, words }]) : []) copy(one, '', built);
        if (name !== 'RUN' || words.startsWith('apt-get ')) continue;
        const result = await runCommand(['sh', '-c', `cd '${built}' && ${words}`], {
          timeoutMs: INSTALL_TIMEOUT,
          env: fromTheCache(),
        });
        expect([words, result.code, result.code === 0 ? '' : result.stderr]).toEqual([
          words,
          0,
          '',
        ]);
      }
      for (const one of copiesOf(image)) copy(one, built, app);
      expect(existsSync(join(app, 'node_modules', 'typescript'))).toBe(false);
      const service = await ServiceProcess.start({
        cwd: app,
        env: {},
        port: await freePort(),
        command: commandOf(image, 'CMD'),
      });
      onTestFinished(() => service.kill());
      for (const path of ['/health', '/docs', '/openapi.json', '/api/v1/translation/stats']) {
        expect([path, (await fetch(service.url + path)).status]).toEqual([path, 200]);
      }
      expect(existsSync(join(app, 'data', 'persistence.db'))).toBe(true);
      expect(await service.stop()).toBe(0);
    },
    INSTALL_TIMEOUT,
  );
});
