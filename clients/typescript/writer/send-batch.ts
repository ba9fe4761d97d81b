import type { PersistenceClient } from '../client.js';
import { ApiError, type FieldError, InvalidValueError, UnexpectedAnswerError } from '../errors.js';
import type { CallOptions } from '../transport/transport.js';
import type { Refusal } from './refusals.js';
import type { Entry } from './waiting-tasks.js';

export interface BatchOutcome {
  readonly refused: readonly Refusal[];
  /** The error of the service that refused them; undefined if none was refused at the door. */
  readonly cause: unknown;
}

export type TaskSink = Pick<PersistenceClient, 'acceptTasks'>;

/** A failure that is not about the tasks, and what was not sent because of it. */
export class InterruptedBatch {
  constructor(
    readonly error: unknown,
    readonly unsent: readonly Entry[],
    readonly outcome: BatchOutcome = { refused: [], cause: undefined },
  ) {}
}

/**
 * Sends tasks. Where the service refuses some of them, it sends the others without them. A batch
 * that is too large is sent in halves. Throws InterruptedBatch if the service is away, or refuses
 * the request for another reason than its tasks.
 */
export async function sendBatch(
  client: TaskSink,
  entries: readonly Entry[],
  ack: 'accepted' | 'stored',
  options: CallOptions,
): Promise<BatchOutcome> {
  const refused: Refusal[] = [];
  let cause: unknown;
  const query = ack === 'stored' ? { ack } : {};
  /** Batches to send, the oldest first. */
  const left = [entries];
  for (let batch = left.shift(); batch !== undefined; batch = left.shift()) {
    try {
      const tasks = batch.map(({ task }) => task);
      const { quarantined = [] } = await client.acceptTasks(tasks, query, options);
      for (const { index, reason } of quarantined) {
        const task = tasks[index];
        if (task !== undefined) refused.push({ task, reason, inQuarantine: true });
      }
    } catch (error) {
      if (options.signal?.aborted === true || !isAboutTasks(error)) {
        throw new InterruptedBatch(error, [batch, ...left].flat(), { refused, cause });
      }
      cause = error;
      const parts = withoutRefused(batch, error);
      refused.push(...parts.refused);
      left.unshift(...parts.others);
    }
  }
  return { refused, cause };
}

interface Parts {
  readonly refused: readonly Refusal[];
  /** To be sent again, as so many batches. */
  readonly others: readonly (readonly Entry[])[];
}

function withoutRefused(batch: readonly Entry[], error: unknown): Parts {
  const reasons = reasonsOf(error);
  const named = [...reasons.keys()].some((index) => index < batch.length);
  if (named) {
    const others = batch.filter((_, index) => !reasons.has(index));
    return {
      refused: batch.flatMap(({ task }, index) => {
        const reason = reasons.get(index);
        return reason === undefined ? [] : [{ task, reason, inQuarantine: false }];
      }),
      others: others.length === 0 ? [] : [others],
    };
  }
  if (batch.length > 1) {
    const middle = Math.ceil(batch.length / 2);
    return { refused: [], others: [batch.slice(0, middle), batch.slice(middle)] };
  }
  const reason = error instanceof ApiError ? error.detail : String((error as Error).message);
  return { refused: batch.map(({ task }) => ({ task, reason, inQuarantine: false })), others: [] };
}

/** By index in the batch, from paths such as `tasks[3].status` or `[3].status`. */
function reasonsOf(error: unknown): ReadonlyMap<number, string> {
  const reasons = new Map<number, string>();
  for (const { path, message } of placesOf(error)) {
    const [, digits, field] = /^(?:tasks)?\[(\d+)\]\.?(.*)$/.exec(path) ?? [];
    if (digits === undefined) continue;
    const index = Number(digits);
    const before = reasons.get(index);
    const reason = field === '' ? message : `${field}: ${message}`;
    reasons.set(index, before === undefined ? reason : `${before}; ${reason}`);
  }
  return reasons;
}

/** What is wrong at which places of the batch. */
function placesOf(error: unknown): readonly FieldError[] {
  if (error instanceof ApiError) return error.errors;
  if (error instanceof InvalidValueError) return [{ path: error.field, message: error.reason }];
  return [];
}

/** Whether a part of the batch may be accepted although the batch is not. */
function isAboutTasks(error: unknown): boolean {
  // One about a header, such as a key of the program, names no task.
  if (error instanceof InvalidValueError) return reasonsOf(error).size > 0;
  if (error instanceof ApiError) return [400, 409, 413, 422].includes(error.status);
  // A proxy has limits of its own.
  return error instanceof UnexpectedAnswerError && error.status === 413;
}
