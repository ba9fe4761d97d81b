import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandProcess } from '../../support/processes/command-line.js';
import { freePort } from '../../support/processes/free-port.js';
import { ServiceProcess } from '../../support/processes/service-process.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ps-health-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const health = async (...words: readonly string[]) => {
  const { code, stdout } = await commandProcess(['health', ...words], { cwd: folder });
  return { code, output: stdout };
};

describe('persistence-service health', () => {
  it('ends with 0 and shows the health of the service, as text or as JSON', async () => {
    const service = await ServiceProcess.start({ env: {}, cwd: folder });
    try {
      const port = new URL(service.url).port;
      expect(await health('--service.port', port)).toEqual({
        code: 0,
        output: `healthy: ${service.url}/health\n`,
      });
      const { output } = await health('--json', '--service.port', port);
      expect(JSON.parse(output)).toEqual({
        url: `${service.url}/health`,
        status: 'healthy',
        problems: [],
      });
    } finally {
      await service.kill();
    }
  });

  it('ends with 1 if nothing answers, and starts nothing', async () => {
    const port = String(await freePort());
    const { code, output } = await health('--service.port', port);
    expect(code).toBe(1);
    expect(output).toContain('unreachable');
    expect(output).toContain('ECONNREFUSED');
  });

  it.each([
    ['unhealthy', 1],
    ['degraded', 0],
  ])(
    'reports a service that is %s by its exit code, and gives the reasons',
    async (status, code) => {
      const server = createServer((_request, response) => {
        response.statusCode = code === 0 ? 200 : 503;
        response.end(JSON.stringify({ status, problems: ['the disk is full'] }));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      const outcome = await health('--service.port', String(port));
      server.close();
      expect(outcome.code).toBe(code);
      expect(outcome.output).toContain(`${status}: http`);
      expect(outcome.output).toContain('- the disk is full');
    },
  );

  it('ends with 78 if the configuration is invalid', async () => {
    expect((await health('--service.prt', '1')).code).toBe(78);
  });
});
