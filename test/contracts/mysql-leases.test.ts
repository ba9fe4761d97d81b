import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { MysqlBackend } from '../../src/adapters/storage/mysql/mysql-backend.js';
import { SystemClock } from '../../src/adapters/time/system-clock.js';
import type { Clock } from '../../src/ports/clock.js';
import type { Lease } from '../../src/ports/storage-backend.js';
import { FakeClock } from '../support/application/fake-clock.js';
import { RecordingLogger } from '../support/application/fakes.js';
import { withConnection } from '../support/mysql-servers/connection.js';
import type { FreshDatabase } from '../support/mysql-servers/fresh-database.js';
import { describeOnMysqlServers, freshDatabase } from '../support/mysql-servers/mysql-servers.js';
import { connectionOf } from '../support/stores/mysql-connection.js';

describeOnMysqlServers('a lease', (server) => {
  let database: FreshDatabase;

  beforeEach(async () => {
    database = await freshDatabase(server);
  });
  afterEach(() => database.drop());

  function aService(clock: Clock = new SystemClock()): MysqlBackend {
    const service = new MysqlBackend({
      clock,
      ...connectionOf(database.url),
      poolSize: 4,
      migrateOnStart: true,
      collections: ['translation_sessions', 'translation_tasks'],
      logger: new RecordingLogger(),
    });
    onTestFinished(() => service.close());
    return service;
  }

  const query = (text: string) => withConnection(database.url, (send) => send(text));
  const expires = async () => {
    const [row] = await query(
      "select timestampdiff(microsecond, utc_timestamp(3), expires_at) / 1000 as ms from leases where name = 'work'",
    );
    return Number(row?.ms);
  };
  const expire = () => query("update leases set expires_at = utc_timestamp(3) where name = 'work'");

  it('is granted to one service at a time, and to the next when the work ends or fails', async () => {
    const [first, second] = [aService(), aService()];
    const during = await first.withLease('work', () =>
      second.withLease('work', async () => 'second'),
    );
    expect(during).toBe(null);
    expect(await second.withLease('work', async () => 'second')).toBe('second');
    const failing = first.withLease('work', () => Promise.reject(new Error('it failed')));
    await expect(failing).rejects.toThrow('it failed');
    expect(await second.withLease('work', async () => 'again')).toBe('again');
  });

  it('with another name is another lease', async () => {
    const [first, second] = [aService(), aService()];
    const during = await first.withLease('work', () =>
      second.withLease('other work', async () => 'both'),
    );
    expect(during).toBe('both');
  });

  it('is granted to exactly one of many that ask at the same moment', async () => {
    const services = Array.from({ length: 6 }, () => aService());
    await services[0]?.open();
    let [running, most] = [0, 0];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return true;
    };
    let granted = 0;
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(services.map((each) => each.withLease('work', work)));
      granted += answers.filter((answer) => answer === true).length;
    }
    expect(most).toBe(1);
    expect(granted).toBeGreaterThanOrEqual(10);
  });

  it('of a service that died expires by the clock of the store', async () => {
    const [dying, other] = [aService(), aService()];
    await dying.open();
    let die: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => {
      die = resolve;
    });
    const held = dying.withLease('work', () => dead);
    await expect.poll(expires).toBeGreaterThan(20_000);
    expect(await other.withLease('work', async () => 'taken')).toBe(null);
    await expire();
    expect(await other.withLease('work', async () => 'taken')).toBe('taken');
    die();
    await held;
  });

  it('is renewed while the work runs, whatever the work waits for', async () => {
    const clock = new FakeClock();
    const service = aService(clock);
    await service.withLease('work', async (lease) => {
      await expire();
      await clock.advance(10_000);
      await expect.poll(expires).toBeGreaterThan(20_000);
      await clock.advance(20_000);
      await expect.poll(async () => clock.armed).toEqual([10_000]);
      lease.check();
    });
    expect(await expires()).toBeLessThanOrEqual(0);
    expect(clock.armed).toEqual([]);
  });

  it('that another service has taken is not renewed and not returned, and its work must stop', async () => {
    const clock = new FakeClock();
    const [suspended, other] = [aService(clock), aService()];
    let lost: Lease | null = null;
    await suspended.withLease('work', async (lease) => {
      lost = lease;
      await expire();
      await other.withLease('work', async (taken) => {
        await clock.advance(10_000);
        await expect.poll(() => thrownBy(lease)).toContain('the lease work has expired');
        taken.check();
        expect(await expires()).toBeGreaterThan(20_000);
        expect(clock.armed).toEqual([]);
      });
    });
    expect(lost).not.toBeNull();
    expect(await other.withLease('work', async () => 'again')).toBe('again');
  });

  it('must not be relied on once this process was suspended for longer than it lasts', async () => {
    const clock = new SuspendedClock();
    await aService(clock).withLease('work', async (lease) => {
      clock.suspendedFor = 29_000;
      lease.check();
      clock.suspendedFor = 30_000;
      expect(thrownBy(lease)).toContain('the lease work has expired');
    });
  });
});

/** Time has passed, and no timer has fired yet. */
class SuspendedClock extends FakeClock {
  suspendedFor = 0;

  override monotonic(): number {
    return super.monotonic() + this.suspendedFor;
  }
}

function thrownBy(lease: Lease): string {
  try {
    lease.check();
    return '';
  } catch (error) {
    return String(error);
  }
}
