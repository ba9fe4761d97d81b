import { describe, expect, it } from 'vitest';
import { acceptedAt, VersionSequence, versionAt } from '../../../src/domain/version.js';

const NOON = Date.UTC(2026, 10, 24, 12);

describe('accepted versions', () => {
  it('increase within one millisecond', () => {
    const versions = new VersionSequence();
    const first = versions.next(NOON);
    const second = versions.next(NOON);
    expect(second).toBeGreaterThan(first);
    expect(acceptedAt(second)).toBe(NOON);
  });

  it('do not go back when the wall clock does', () => {
    const versions = new VersionSequence();
    const before = versions.next(NOON);
    expect(versions.next(NOON - 3_600_000)).toBeGreaterThan(before);
  });

  it('follow the wall clock when it advances', () => {
    const versions = new VersionSequence();
    versions.next(NOON);
    expect(versions.next(NOON + 1)).toBe(versionAt(NOON + 1));
  });

  it('start above those of an earlier run', () => {
    const versions = new VersionSequence();
    versions.observe(versionAt(NOON + 60_000));
    versions.observe(versionAt(NOON));
    expect(versions.next(NOON)).toBeGreaterThan(versionAt(NOON + 60_000));
  });

  it('are exact integers for as long as the service may be used', () => {
    expect(Number.isSafeInteger(versionAt(Date.UTC(2250, 0, 1)))).toBe(true);
  });
});
