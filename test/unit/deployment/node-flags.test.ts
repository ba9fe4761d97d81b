import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const STARTS = {
  'npm start': 'package.json',
  'scripts/start.sh': 'scripts/lib/target.sh',
  'the unit of systemd': 'deployment/persistence-service.service',
  'the image': 'deployment/Dockerfile',
  'the bench': 'bench/support/stage.ts',
};

describe('Each way to start the service', () => {
  test.each(Object.entries(STARTS))('%s gives node the flags that were measured', (_, file) => {
    const flags = readFileSync(file, 'utf8').match(
      /--(?:max-semi-space-size|heap-growing-percent)=\d+/g,
    );
    expect(flags).toEqual(['--max-semi-space-size=32', '--heap-growing-percent=100']);
  });
});
