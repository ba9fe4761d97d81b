import type { Everything } from './read-back.js';
import {
  carriesContext,
  contextRevision,
  type FoundSession,
  type FoundTask,
  sessionRevision,
  taskRevision,
} from './records.js';
import { type Fault, Greatest, Revisions } from './revisions.js';

export interface Discrepancy {
  readonly fault: Fault;
  readonly key: string;
  readonly known: string;
  readonly found: string;
}

/**
 * The oracle: the knowledge of the clients about the records that they sent.
 *
 * A session and its tasks are written by one client, which waits for each answer (or for the end of
 * the connection) before it continues. So the order of its own writes and deletes is known, through
 * any number of instances.
 */
export class Oracle {
  readonly sessions = new Map<string, KnownSession>();
  answeredWrites = 0;
  answeredDeletes = 0;
  /** Tasks that were acknowledged before their session could exist. */
  answeredOrphans = 0;

  session(key: string): KnownSession {
    const known = this.sessions.get(key) ?? new KnownSession(key);
    this.sessions.set(key, known);
    return known;
  }

  get tasks(): number {
    return [...this.sessions.values()].reduce((sum, { tasks }) => sum + tasks.size, 0);
  }

  /** Compares the records read back after a complete flush with the acknowledged ones. */
  judge(everything: Everything): readonly Discrepancy[] {
    return [...this.sessions.values()].flatMap((session) => session.judge(everything));
  }
}

interface KnownTask {
  readonly record: Revisions;
  /** The optional field: a delete must remove the value of every older write with it. */
  readonly context: Revisions;
}

export class KnownSession {
  readonly record = new Revisions();
  readonly completed = new Greatest();
  readonly tasks = new Map<string, KnownTask>();

  constructor(readonly key: string) {}

  send(revision: number, completed: number): void {
    this.record.send(revision);
    this.completed.send(completed);
  }

  answer(revision: number, completed: number): void {
    this.record.answer(revision);
    this.completed.answer(completed);
  }

  task(key: string): KnownTask {
    const known = this.tasks.get(key) ?? { record: new Revisions(), context: new Revisions() };
    this.tasks.set(key, known);
    return known;
  }

  sendTask(key: string, revision: number): void {
    const { record, context } = this.task(key);
    record.send(revision);
    if (carriesContext(revision)) context.send(revision);
  }

  answerTask(key: string, revision: number): void {
    const { record, context } = this.task(key);
    record.answer(revision);
    if (carriesContext(revision)) context.answer(revision);
  }

  delete(isAnswered: boolean): void {
    this.record.delete(isAnswered);
    this.completed.delete(isAnswered);
    for (const { record, context } of this.tasks.values()) {
      record.delete(isAnswered);
      context.delete(isAnswered);
    }
  }

  /** Compares the records read back after a complete flush with the acknowledged ones. */
  judge({ sessions, tasks, quarantined }: Everything): readonly Discrepancy[] {
    const session = sessions.get(this.key);
    const faults = [...this.judgeRecord(session)];
    for (const [key, { record }] of this.tasks) {
      const stored = tasks.get(key);
      const waiting = quarantined.get(key);
      // With its session a task is stored; without it the task is in quarantine.
      const [there, elsewhere] = session === undefined ? [waiting, stored] : [stored, waiting];
      if (elsewhere !== undefined) faults.push(...discrepancy('misplaced', key, record, elsewhere));
      faults.push(...this.judgeTask(key, there));
    }
    return faults;
  }

  judgeRecord(found: FoundSession | undefined): readonly Discrepancy[] {
    const { key, record, completed } = this;
    if (found === undefined) return discrepancy(record.judge(null), key, record, found);
    return [
      ...discrepancy(record.judge(sessionRevision(found)), key, record, found),
      ...discrepancy(completed.judge(found.completed_tasks), key, completed, found),
    ];
  }

  judgeTask(key: string, found: FoundTask | undefined): readonly Discrepancy[] {
    const { record, context } = this.task(key);
    if (found === undefined) return discrepancy(record.judge(null), key, record, found);
    return [
      ...discrepancy(record.judge(taskRevision(found)), key, record, found),
      ...discrepancy(context.judge(contextRevision(found)), key, `its context: ${context}`, found),
    ];
  }
}

function discrepancy(
  fault: Fault | null,
  key: string,
  known: unknown,
  found: unknown,
): readonly Discrepancy[] {
  if (fault === null) return [];
  return [{ fault, key, known: String(known), found: JSON.stringify(found ?? null) }];
}
