import { Counter, Gauge, type Registry } from 'prom-client';
import { TimedQuestion } from '../../application/health/timed-question.js';
import type { Clock } from '../../ports/clock.js';
import type { ConnectionUse, StorageBackend, StoreHealth } from '../../ports/storage-backend.js';

export function addStorageMetrics(
  registry: Registry,
  stores: () => readonly StorageBackend[],
  clock: Clock,
): void {
  // Before storage_up: metrics are read in this order, and its query would count as a use.
  addConnectionMetrics(registry, stores);
  addNodeMetrics(registry, stores);
  const up = new TimedQuestion(isUp, clock);
  new Gauge({
    name: 'storage_up',
    help: '1 if the store answered within two seconds of this scrape.',
    labelNames: ['backend'],
    registers: [registry],
    async collect() {
      const answers = stores().map(async (store) => {
        this.set({ backend: store.name }, Number(await up.ask(store, () => false)));
      });
      await Promise.all(answers);
    },
  });
}

function addConnectionMetrics(registry: Registry, stores: () => readonly StorageBackend[]): void {
  const each = (read: (backend: string, use: ConnectionUse) => void) => {
    for (const store of stores()) {
      const use = store.connections?.() ?? null;
      if (use !== null) read(store.name, use);
    }
  };
  new Gauge({
    name: 'storage_connections',
    help: 'Open connections to a store: in use (or being opened), and idle.',
    labelNames: ['backend', 'state'],
    registers: [registry],
    collect() {
      each((backend, { inUse, idle }) => {
        this.set({ backend, state: 'in_use' }, inUse);
        this.set({ backend, state: 'idle' }, idle);
      });
    },
  });
  new Gauge({
    name: 'storage_connections_limit',
    help: 'Maximum number of connections.',
    labelNames: ['backend'],
    registers: [registry],
    collect() {
      each((backend, { limit }) => this.set({ backend }, limit));
    },
  });
  new Gauge({
    name: 'storage_waiting_requests',
    help: 'Requests of this service that wait for a connection.',
    labelNames: ['backend'],
    registers: [registry],
    collect() {
      each((backend, { waiting }) => this.set({ backend }, waiting));
    },
  });
}

function addNodeMetrics(registry: Registry, stores: () => readonly StorageBackend[]): void {
  const each = (read: (backend: string, health: StoreHealth) => void) => {
    for (const store of stores()) {
      const health = store.health?.() ?? null;
      if (health !== null) read(store.name, health);
    }
  };
  new Gauge({
    name: 'storage_nodes',
    help: 'Nodes of a store, as this instance sees them: usable, and away.',
    labelNames: ['backend', 'state'],
    registers: [registry],
    collect() {
      each((backend, { nodes }) => {
        this.set({ backend, state: 'usable' }, nodes.usable);
        this.set({ backend, state: 'away' }, nodes.all - nodes.usable);
      });
    },
  });
  new Counter({
    name: 'storage_repeated_transactions_total',
    help: 'Transactions repeated after a deadlock or a conflict with another node.',
    labelNames: ['backend'],
    registers: [registry],
    collect() {
      this.reset();
      each((backend, { repeats }) => this.inc({ backend }, repeats));
    },
  });
}

function isUp(store: StorageBackend): Promise<boolean> {
  return store.healthCheck().then(
    () => true,
    () => false,
  );
}
