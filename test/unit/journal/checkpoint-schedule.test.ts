import { describe, expect, it } from 'vitest';
import type { Checkpoint } from '../../../src/adapters/journal/file/checkpoint-file.js';
import { CheckpointSchedule } from '../../../src/adapters/journal/file/checkpoint-schedule.js';
import { FakeClock } from '../../support/application/fake-clock.js';
import { failure } from './support/fake-disk.js';
import { anOpenJournal, appendAll, names, reopened } from './support/journals.js';

const INTERVAL = 1000;

const at = (sequence: number): Checkpoint => ({ sequence, highWater: 0 });

/** A schedule whose writes end on demand. */
function aSchedule() {
  const clock = new FakeClock();
  const begun: number[] = [];
  const ends: ((isWritten: boolean) => void)[] = [];
  const write = ({ sequence }: Checkpoint) => {
    begun.push(sequence);
    return new Promise<boolean>((resolve) => ends.push(resolve));
  };
  const end = async (isWritten = true) => {
    ends.shift()?.(isWritten);
    await clock.advance(0);
  };
  return { clock, begun, end, schedule: new CheckpointSchedule(clock, INTERVAL, write, at(0)) };
}

/** A schedule that has just written a checkpoint and has postponed the next. */
async function aScheduleWithOneLeft() {
  const setup = aSchedule();
  const first = setup.schedule.request(at(1));
  await setup.end();
  await first;
  await setup.schedule.request(at(2));
  return setup;
}

describe('settling', () => {
  it('does not wait for the time of a postponed write, nor repeat it at that time', async () => {
    const { clock, begun, end, schedule } = await aScheduleWithOneLeft();
    const settled = schedule.settle();
    await schedule.request(at(3));
    await clock.advance(INTERVAL);
    expect(begun, 'one at a time').toEqual([1, 2]);
    await end();
    await settled;
    await clock.advance(INTERVAL);
    expect(begun).toEqual([1, 2, 3]);
  });

  it('while the schedule is closed writes one at a time, too', async () => {
    const { begun, end, schedule } = await aScheduleWithOneLeft();
    const settled = schedule.settle();
    await schedule.request(at(3));
    const closed = schedule.close();
    await end();
    await settled;
    expect(begun).toEqual([1, 2, 3]);
    await end();
    await closed;
    expect(begun).toEqual([1, 2, 3]);
  });

  it('ends if the write fails, and the write is retried later', async () => {
    const { clock, begun, end, schedule } = await aScheduleWithOneLeft();
    const settled = schedule.settle();
    await end(false);
    await settled;
    expect(begun).toEqual([1, 2]);
    await clock.advance(INTERVAL);
    expect(begun).toEqual([1, 2, 2]);
  });

  it('retries once itself if the running write fails', async () => {
    const { begun, end, schedule } = aSchedule();
    const requested = schedule.request(at(1));
    const settled = schedule.settle();
    await end(false);
    await requested;
    expect(begun).toEqual([1, 1]);
    await end();
    await settled;
  });
});

describe('a journal whose checkpoint can not be written', () => {
  it('reports it to its callers, after one or two attempts, and recovers with the disk', async () => {
    const { journal, disk, clock } = await anOpenJournal({ checkpointInterval: INTERVAL });
    await appendAll(journal, names(1, 3));
    let tries = 0;
    disk.before = (call, path) => {
      if (call !== 'write' || !path.includes('checkpoint')) return;
      tries += 1;
      // Ends an endless settle, so that this test fails and does not hang.
      if (tries < 100) throw failure('EROFS', path);
    };
    await journal.checkpoint(2, 0);
    await expect(journal.settle()).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
    expect(tries).toBeLessThan(3);
    disk.before = () => undefined;
    await clock.advance(INTERVAL);
    await journal.settle();
    const { entries } = await reopened(disk.crash(() => 0));
    expect(entries.map(({ sequence }) => sequence)).toEqual([3]);
  });
});
