import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/adapters/config/schema.js';
import { describeWithPrograms, pathOf } from '../../support/deployment/debian-programs.js';

const root = join(import.meta.dirname, '..', '..', '..');
const NAME = 'persistence-service.service';
const unit = readFileSync(join(root, 'deployment', NAME), 'utf8');

/** The value of a directive; the first if it is repeated. */
const directive = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit)?.[1];

/** Runs systemd-analyze on the unit, adapted to the path of node on this machine. */
function analyze(text: string, ...words: string[]): { code: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'ps-unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, NAME);
  writeFileSync(
    file,
    text.replace('ExecStart=/usr/local/bin/node', `ExecStart=${process.execPath}`),
  );
  const program = pathOf('systemd-analyze');
  const { status, stdout, stderr } = spawnSync(program, [...words, file], { encoding: 'utf8' });
  return { code: status, output: (stdout + stderr).trim() };
}

describeWithPrograms('the systemd unit', ['systemd-analyze'], () => {
  it('passes verification without a message', () => {
    expect(analyze(unit, 'verify')).toEqual({ code: 0, output: '' });
  });

  it('would fail verification with a misspelt directive', () => {
    const { output } = analyze(unit.replace('ProtectHome=', 'ProtectHouse='), 'verify');
    expect(output).toMatch(/Unknown key.*ProtectHouse/);
  });

  it('has a low exposure rating of systemd', () => {
    const { code, output } = analyze(unit, 'security', '--offline=true', '--threshold=20');
    expect([code, output]).toEqual([0, expect.stringContaining('Overall exposure level')]);
  });

  it('gives the service more time to stop than the service gives itself', () => {
    const seconds = Number(directive('TimeoutStopSec'));
    expect(seconds).toBeGreaterThan(DEFAULT_CONFIG.service.shutdown_timeout);
  });

  it('is killed before the database if memory runs out, and has a limit that is enough for the defaults', () => {
    expect(Number(directive('OOMScoreAdjust'))).toBeGreaterThan(0);
    const gigabytes = Number(/^(\d+)G$/.exec(directive('MemoryMax') ?? '')?.[1]);
    const { buffer, service } = DEFAULT_CONFIG;
    const needed = 2 * (buffer.max_pending_bytes + 4 * service.body_limit);
    expect(gigabytes * 1024 ** 3).toBeGreaterThan(needed);
  });

  it('gains no privileges, writes no core dump, and keeps its files private', () => {
    expect(directive('NoNewPrivileges')).toBe('yes');
    expect(directive('CapabilityBoundingSet')).toBe('');
    expect(directive('LimitCORE')).toBe('0');
    expect([directive('UMask'), directive('StateDirectoryMode')]).toEqual(['0077', '0700']);
  });

  it('has file descriptors for all connections', () => {
    const { max_connections } = DEFAULT_CONFIG.service;
    expect(Number(directive('LimitNOFILE'))).toBeGreaterThan(2 * max_connections);
  });
});
