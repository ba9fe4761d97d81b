import type { Collection } from '../../../src/domain/collection.js';
import { collectionOf } from '../../../src/domain/collections/family.js';
import { SESSIONS } from '../../../src/domain/collections/sessions.js';
import { ServiceError } from '../../../src/domain/errors.js';
import type { Write } from '../../../src/domain/write.js';
import type { QuarantinedRecord, Refusal } from '../../../src/ports/quarantine.js';
import { BELOW_SESSIONS } from '../application/application.js';
import { perform, type Stage } from './actions.js';
import { Checks } from './checks.js';
import { type Backends, Instance } from './instance.js';
import type { History } from './steps.js';
import { LateCalls, type Witness } from './store-link.js';
import { type StoreView, viewOf } from './store-view.js';
import { parentOf, Truth } from './truth.js';
import { judge } from './verdict.js';

const NOON = Date.UTC(2026, 10, 24, 12);

/**
 * Plays a history on empty stores, where each instance has its own backends; throws on a violation.
 */
export async function play(history: History, backends: readonly [Backends, Backends]) {
  const truth = new Truth();
  const late = new LateCalls();
  const [raw] = backends;
  const view = () => viewOf(raw);
  const checks = new Checks(truth, view);
  let isAlone = true;
  let numbers = 0;
  const stage = (): Stage => ({
    instances: () => instances,
    view,
    lateCallsArrive: () => late.arrive(),
    fresh: () => {
      numbers += 1;
      return numbers;
    },
    checks: isAlone && !instances.some(({ hasStuckRecords }) => hasStuckRecords) ? checks : null,
  });
  const survival = ((): ((unsynced: number) => number) => {
    let next = 0;
    return (unsynced) => {
      next += 1;
      return (history.survival[next % history.survival.length] ?? 0) % (unsynced + 1);
    };
  })();
  const instances = ([0, 1] as const).map(
    (by) =>
      new Instance({
        by,
        backends: backends[by],
        truth,
        late,
        witness: witnessOf(by, backends[by], truth, view, () => isAlone),
        jitter: history.jitter,
        durability: history.durability,
        isAlone: () => isAlone,
        survival,
        now: NOON + by * history.skew,
      }),
  ) as [Instance, Instance];
  const start = async (instance: Instance) => {
    if (!instance.isUp) await instance.start();
  };
  try {
    for (const step of history.steps) {
      for (const { by } of step) await start(instances[by]);
      isAlone = step.length === 1;
      await Promise.all(step.map(({ by, action }) => perform(instances[by], action, stage())));
      isAlone = true;
      for (const instance of instances) checkBalance(instance);
    }
    await end(instances, late, start, view);
    judge(truth, await view());
  } finally {
    for (const instance of instances) if (instance.isUp) instance.kill();
  }
}

/** No more faults: everything is flushed, and released once more. */
async function end(
  instances: readonly [Instance, Instance],
  late: LateCalls,
  start: (instance: Instance) => Promise<void>,
  view: () => Promise<StoreView>,
): Promise<void> {
  await late.arrive();
  for (const instance of instances) {
    instance.setStoreAway(false);
    await start(instance);
    instance.link.calm();
  }
  const all = async (work: (instance: Instance) => Promise<unknown>) => {
    for (const instance of instances) await work(instance);
  };
  await all(({ app }) => app.buffer.flush());
  // Records on which a store failed are tried again after a while.
  await all((instance) => instance.wait(31_000));
  await all(({ app }) => app.buffer.flush());
  await all(({ app }) => app.orphanWatch.look());
  await all(({ app }) => app.buffer.flush());
  // With two stores, a delete that is concurrent with a newer task leaves it without a session; another
  // delete deletes it.
  const { sessions, tasks } = await view();
  const left = [...tasks.values()].map(({ fields }) => String(fields.session_id));
  for (const session of new Set(left)) {
    if (!sessions.has(session)) await instances[0].app.deleteRecord.delete(SESSIONS, session);
  }
  await all(({ app }) => app.manageQuarantine.requeue(null));
  for (const instance of instances) {
    checkBalance(instance);
    const { pending } = instance.app.buffer.snapshot();
    if (pending > 0) throw new Error(`${pending} records are still pending at ${instance.by}`);
  }
}

function checkBalance(instance: Instance): void {
  if (!instance.isUp) return;
  const { buffer, logger } = instance.app;
  const { accepted, stored, coalesced, pending, quarantined, totalCount, isWatching } =
    buffer.snapshot();
  const sum = stored + coalesced + pending + quarantined;
  if (sum !== accepted || pending !== totalCount)
    throw new Error(`unbalanced at ${instance.by}: ${JSON.stringify(buffer.snapshot())}`);
  if (pending > 0 && !isWatching) throw new Error(`records are pending without a timer or a flush`);
  for (const { fields } of logger.lines) {
    if (fields.err !== undefined && !(fields.err instanceof ServiceError)) throw fields.err;
  }
}

/**
 * Reports to the truth the writes, deletes and drops that took effect, whatever their answers. With
 * a journal the truth knows these writes before.
 */
function witnessOf(
  by: number,
  { sessions, tasks }: Backends,
  truth: Truth,
  view: () => Promise<StoreView>,
  isAlone: () => boolean,
): Witness {
  return async (backend, method, args, call) => {
    if (method === 'delete') {
      const deletion = (await call()) as { readonly version: number } | null;
      if (deletion === null) return null;
      const names = [
        ...(backend === sessions ? [SESSIONS.name] : []),
        ...(backend === tasks ? BELOW_SESSIONS : []),
      ];
      // Descendants of a session that are pending at the instance are also deleted separately.
      const isOfSession = (args[0] as Collection) === SESSIONS;
      if (isOfSession) truth.deleted(by, names, String(args[1]), deletion.version);
      return deletion;
    }
    if (method === 'write' || method === 'add') {
      const answer = await call();
      const writes =
        method === 'write' ? args[1] : (args[1] as readonly Refusal[]).map((each) => each.write);
      truth.tookEffect(by, (args[0] as Collection).name, writes as readonly Write[]);
      return answer;
    }
    if (method !== 'drop') return call();
    const before = await view();
    const record = before.quarantined.find(({ id }) => id === args[0]);
    const dropped = await call();
    if (dropped === null || record === undefined) return dropped;
    const isWhole = isAlone() && !isStored(before, record);
    truth.dropped(by, record, isAlone() ? record.write.version : truth.newest(), isWhole);
    return dropped;
  };
}

function isStored(view: StoreView, { collection: name, write }: QuarantinedRecord): boolean {
  const collection = collectionOf(name);
  const stored = view.of(name).get(write.key);
  return stored !== undefined && parentOf(collection, stored) === parentOf(collection, write);
}
