import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/adapters/config/schema.js';
import { addressOf } from '../../../src/cli/health.js';

const addressFor = (host: string) => {
  const { service, ...rest } = configSchema.parse({});
  return addressOf({ ...rest, service: { ...service, host, port: 8001 } });
};

describe('the health command asks', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8001/health'],
    ['localhost', 'http://localhost:8001/health'],
    ['0.0.0.0', 'http://127.0.0.1:8001/health'],
    ['::', 'http://[::1]:8001/health'],
    ['::1', 'http://[::1]:8001/health'],
    ['10.1.2.3', 'http://10.1.2.3:8001/health'],
  ])('a service that listens on %s at %s', (host, url) => {
    expect(addressFor(host)).toBe(url);
  });
});
