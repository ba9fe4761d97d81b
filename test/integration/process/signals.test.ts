import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ServiceProcess } from '../../support/processes/service-process.js';

/** A service that cannot end before a request, of which half has arrived, is complete. */
async function busy(): Promise<{ service: ServiceProcess; request: Socket }> {
  const cwd = await mkdtemp(join(tmpdir(), 'ps-signals-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const service = await ServiceProcess.start({ cwd, env: {} });
  onTestFinished(() => service.kill());
  const request = connect(Number(new URL(service.url).port), '127.0.0.1');
  onTestFinished(() => void request.destroy());
  request.on('error', () => undefined);
  request.write(
    'POST /api/v1/translation/tasks/batch HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  // A later request is answered, so the earlier one has been received.
  await fetch(`${service.url}/health/live`);
  return { service, request };
}

const shuttingDown = (service: ServiceProcess) =>
  vi.waitFor(() => expect(service.output).toContain('Shutting down'), { timeout: 10_000 });

it('a second SIGTERM ends the service at once, with a distinct exit code', async () => {
  const { service } = await busy();
  service.signal('SIGTERM');
  await shuttingDown(service);
  service.signal('SIGTERM');
  expect(await service.exited).toBe(1);
});

it('one Ctrl-C that arrives twice, as npm passes it on, ends it gracefully', async () => {
  const { service, request } = await busy();
  service.signal('SIGINT');
  await pause(5);
  service.signal('SIGINT');
  await shuttingDown(service);
  request.destroy();
  expect(await service.exited).toBe(0);
  expect(service.output).toContain('Everything accepted is stored');
});
