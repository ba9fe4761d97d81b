import type { JsonRecord } from './read-lines.js';
import { sessionInProgress } from './states.js';
import type { Survey } from './survey.js';

interface Tally {
  /** Tasks of the file that have not reached their final state. */
  left: number;
  completed: number;
  failed: number;
  /** Tasks sent as processing and not yet in their final state. */
  processing: number;
  ended: boolean;
}

/** Session states during a job: each call returns the states to send next. */
export class SessionProgress {
  readonly #tallies = new Map<string, Tally>();

  constructor(private readonly survey: Survey) {
    for (const id of survey.sessions.keys()) {
      const left = survey.tasksOf.get(id) ?? 0;
      this.#tallies.set(id, { left, completed: 0, failed: 0, processing: 0, ended: false });
    }
  }

  /** Every session, before any of its tasks. */
  begin(): readonly JsonRecord[] {
    return [...this.#tallies].map(([id, tally]) => this.#stateOf(id, tally));
  }

  /** Call when these tasks are sent as processing. */
  started(tasks: readonly JsonRecord[]): void {
    for (const task of tasks) {
      const tally = this.#tallies.get(String(task.session_id));
      if (tally !== undefined) tally.processing += 1;
    }
  }

  /** Call when these tasks are in their final state; returns one state per session. */
  finished(tasks: readonly JsonRecord[]): readonly JsonRecord[] {
    const touched = new Map<string, Tally>();
    for (const { session_id, status } of tasks) {
      const id = String(session_id);
      const tally = this.#tallies.get(id);
      if (tally === undefined) continue;
      tally.left -= 1;
      tally.processing -= 1;
      if (status === 'completed') tally.completed += 1;
      if (status === 'failed') tally.failed += 1;
      touched.set(id, tally);
    }
    return [...touched].map(([id, tally]) => this.#stateOf(id, tally));
  }

  /** The final states of sessions without tasks. */
  end(): readonly JsonRecord[] {
    return [...this.#tallies].flatMap(([id, tally]) => {
      if (tally.ended) return [];
      tally.ended = true;
      return [this.#final(id)];
    });
  }

  #stateOf(id: string, tally: Tally): JsonRecord {
    tally.ended = tally.left === 0 && (this.survey.tasksOf.get(id) ?? 0) > 0;
    return tally.ended ? this.#final(id) : sessionInProgress(this.#final(id), tally);
  }

  #final(id: string): JsonRecord {
    return this.survey.sessions.get(id) ?? {};
  }
}
