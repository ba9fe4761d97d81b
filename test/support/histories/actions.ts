import type { AcceptedBatch, StoredBatch } from '../../../src/application/writing/accept-batch.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { TASKS } from '../../../src/domain/collections/tasks.js';
import { ServiceError } from '../../../src/domain/errors.js';
import { collected } from '../http/pages.js';
import { sampleWrite } from '../records/samples.js';
import type { Checks } from './checks.js';
import type { Instance } from './instance.js';
import type { Action, Draft } from './steps.js';
import type { StoreView } from './store-view.js';

export const NOW_EXPIRED = { completedDays: 0, failedDays: 0 };
/** Errors that a client may receive: temporary failures, and its own mistakes. */
const PASSING = ['STORAGE_UNAVAILABLE', 'SESSION_MISMATCH'];

const DAY = 25 * 3_600_000;

export interface Stage {
  readonly instances: () => readonly Instance[];
  readonly view: () => Promise<StoreView>;
  readonly lateCallsArrive: () => Promise<void>;
  /** Numbers that never repeat, for the values of fields. */
  readonly fresh: () => number;
  /** Null while several steps run concurrently: then only the end can be judged. */
  readonly checks: Checks | null;
}

/** Performs one step on a running instance; throws on a violation. */
export async function perform(instance: Instance, action: Action, stage: Stage): Promise<void> {
  const mayFail = stage.checks === null || !instance.link.isCalm;
  try {
    await attempt(instance, action, stage);
  } catch (error) {
    if (!(error instanceof ServiceError) || !PASSING.includes(error.code)) throw error;
    if (error.code === 'STORAGE_UNAVAILABLE' && !mayFail) throw error;
  }
}

async function attempt(instance: Instance, action: Action, stage: Stage): Promise<void> {
  const { checks } = stage;
  const { app, link } = instance;
  const wasCalm = link.isCalm;
  switch (action.kind) {
    case 'write': {
      const collection = collectionOf(action.of);
      const records = action.records.map((draft) => {
        const { fields } = sampleWrite(collection, draft.key, 0);
        return { key: draft.key, fields: { ...fields, ...filled(draft, stage.fresh()) } };
      });
      const { acceptBatch } = app;
      const answer =
        action.ack === 'accepted'
          ? await acceptBatch.accept(collection, records)
          : await acceptBatch.acceptAndStore(collection, records);
      const { key = '', fields = {} } = action.records.at(-1) ?? {};
      const unique = Object.keys(fields).find((name) => fields[name] === true) ?? '';
      const value = records.at(-1)?.fields[unique];
      if (instance.isUp) instance.journal.acknowledge(collection.name, key, unique, value);
      if (isStoredBatch(answer)) {
        await checks?.afterFlush(instance);
        await checks?.afterStoring(instance, collection, records, answer);
      }
      return;
    }
    case 'flush': {
      const waiting = ['s-1', 's-2'].filter((key) => app.buffer.find(SESSIONS, key) !== null);
      const { pending } = app.buffer.snapshot();
      await app.buffer.flush();
      if (pending > 0 && !instance.hasSeenStores)
        throw new Error('it has flushed without reading the newest version of the stores');
      await checks?.afterFlush(instance, waiting);
      return;
    }
    case 'delete': {
      const deletion = await app.deleteRecord.delete(SESSIONS, action.session);
      if (deletion !== null) instance.hasAccepted(deletion.version);
      await checks?.afterDelete(instance, action.session, deletion);
      return;
    }
    case 'retry': {
      // With `stored`, nothing tells the journal which of its batches a retry was.
      if (instance.journal.isHolding)
        await instance.whileRetrying(() =>
          app.retryFailed.run(TASKS, action.session, { conditions: [], cause: null }),
        );
      return;
    }
    case 'clean-up':
      await app.cleanUp.run(NOW_EXPIRED, { dryRun: false });
      return;
    case 'requeue':
      await app.manageQuarantine.requeue(null);
      return;
    case 'drop': {
      const { quarantined } = await stage.view();
      await app.manageQuarantine.drop(quarantined[action.place]?.id ?? 'none');
      return;
    }
    case 'watch':
      await app.orphanWatch.look();
      // Its failures are only logged.
      if (wasCalm) await checks?.afterWatch();
      return;
    case 'upkeep':
      await app.tombstoneUpkeep.run();
      return;
    case 'read': {
      const collection = collectionOf(action.of);
      const shown = await app.queryRecords.find(collection, action.key);
      checks?.shown(instance, collection, action.key, shown);
      return;
    }
    case 'list': {
      const collection = collectionOf(action.of);
      const sort = { field: 'created_at', direction: 'desc' } as const;
      const query = { conditions: [], sort, window: { kind: 'page', page: 1, size: 100 } } as const;
      await app.buffer.flush();
      const page = await app.queryRecords.list(collection, query, { exact: true });
      await checks?.afterList(instance, collection, page);
      return;
    }
    case 'restore': {
      await app.buffer.flush();
      const restored = await app.readUnfinished.restore(SESSIONS, action.session);
      const tasks = [];
      for await (const chunk of restored?.unfinished(TASKS) ?? []) tasks.push(...chunk);
      await checks?.afterRestore(instance, action.session, restored?.record ?? null, tasks);
      return;
    }
    case 'incomplete':
      await app.buffer.flush();
      await checks?.afterIncomplete(await collected(app.readUnfinished.list(SESSIONS)));
      return;
    case 'wait':
      await instance.wait(action.milliseconds);
      return;
    case 'a-day-passes':
      await stage.lateCallsArrive();
      for (const each of stage.instances()) await each.wait(DAY);
      return;
    case 'set-clock':
      instance.setClock(action.milliseconds);
      return;
    case 'store-away':
    case 'store-back':
      instance.setStoreAway(action.kind === 'store-away');
      return;
    case 'fails-on':
      if (!link.failsOn.delete(action.key)) link.failsOn.add(action.key);
      return;
    case 'fault':
      link.plan(action.fault, action.calls);
      return;
    case 'late-calls-arrive':
      await stage.lateCallsArrive();
      return;
    case 'stop':
      await instance.stop();
      return;
    case 'kill':
      instance.kill();
      return;
    case 'kill-during': {
      link.plan(action.when, action.calls);
      const doing = perform(instance, action.doing, { ...stage, checks: null });
      await Promise.race([doing, link.died]);
      instance.kill();
      return;
    }
  }
}

function isStoredBatch(answer: AcceptedBatch | StoredBatch): answer is StoredBatch {
  return 'quarantined' in answer;
}

function filled({ fields }: Draft, unique: number) {
  const value = (name: string, of: unknown) => {
    if (of !== true) return of as string | number | null;
    return name === 'metadata' || name === 'marks' ? `{"n":${unique}}` : `${name} ${unique}`;
  };
  return Object.fromEntries(Object.entries(fields).map(([name, of]) => [name, value(name, of)]));
}
