import { ApiError, NoAnswerError, type TaskWrite } from '../../../clients/typescript/index.js';
import type { FakeWorld } from './fake-world.js';

export type Fate = 'accept' | 'away' | 'lost';

/**
 * A service that keeps what it is sent, by its merge rule. It refuses tasks with the status
 * `BAD`, and tasks that belong to another session, as the API does.
 */
export class FakeSink {
  readonly stored = new Map<string, Record<string, unknown>>();
  /** Ids in each request. */
  readonly batches: (readonly string[])[] = [];
  inFlight = 0;
  mostInFlight = 0;
  /** `lost`: the service keeps the batch, and its answer does not arrive. */
  fate: () => Fate = () => 'accept';
  /** Milliseconds until an answer. */
  delay = 10;

  constructor(readonly world: FakeWorld) {}

  readonly acceptTasks = async (tasks: readonly TaskWrite[]) => {
    this.batches.push(tasks.map(({ task_id }) => task_id));
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const sent = JSON.parse(JSON.stringify(tasks)) as Record<string, unknown>[];
    await new Promise<void>((resolve) => this.world.after(this.delay, resolve));
    this.inFlight -= 1;
    const fate = this.fate();
    if (fate === 'away') throw new NoAnswerError('refused', 'http://service', null);
    const errors = sent.flatMap(({ status }, index) =>
      status === 'BAD' ? [{ path: `tasks[${index}].status`, message: 'expected lower case' }] : [],
    );
    if (errors.length > 0) throw apiError(422, 'VALIDATION_ERROR', errors.slice(0, 100));
    for (const task of sent) {
      const id = String(task.task_id);
      this.stored.set(id, { ...this.stored.get(id), ...task });
    }
    if (fate === 'lost') throw new NoAnswerError('reset', 'http://service', null);
    return { status: 'accepted' as const, count: sent.length, timestamp: 'now' };
  };
}

export function apiError(
  status: number,
  error_code: string,
  errors: { path: string; message: string }[] = [],
  retryAfter: number | null = null,
) {
  return new ApiError(
    { error_code, detail: 'why', errors },
    { status, requestId: 'r-1', retryAfter },
  );
}
