import { ServiceError } from '../../../domain/errors.js';
import type { Clock } from '../../../ports/clock.js';
import type { FlushSchedule } from './flush-schedule.js';

/** Milliseconds between two attempts. */
const PAUSE = 1000;

/** Flushes until a flush succeeds: makes room while the journal is replayed. */
export async function flushUntilStored(schedule: FlushSchedule, clock: Clock): Promise<void> {
  for (;;) {
    try {
      return await schedule.flush();
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      await new Promise<void>((resolve) => clock.schedule(PAUSE, resolve));
    }
  }
}
