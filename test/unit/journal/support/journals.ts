import {
  FileJournal,
  type FileJournalOptions,
} from '../../../../src/adapters/journal/file/file-journal.js';
import { JournalFolder } from '../../../../src/adapters/journal/file/journal-folder.js';
import type { Write } from '../../../../src/domain/write.js';
import type { Journal, JournalEntry } from '../../../../src/ports/journal.js';
import { FakeClock } from '../../../support/application/fake-clock.js';
import { TASKS, taskWrite } from '../../../support/records/writes.js';
import { FakeDisk } from './fake-disk.js';

export const FOLDER = '/data/journal';
export const FIRST_SEGMENT = `${FOLDER}/00000000000000000001.journal`;
/** Small, so that tests use little memory. */
const RESERVE_BYTES = 4096;

export interface Setup {
  readonly disk: FakeDisk;
  readonly clock: FakeClock;
  readonly folder: JournalFolder;
  readonly journal: FileJournal;
}

/** A journal on a fake disk, not open yet. Checkpoints are written at once by default. */
export function aJournal(
  options: FileJournalOptions & { readonly disk?: FakeDisk; readonly reserveBytes?: number } = {},
): Setup {
  const { disk = new FakeDisk(), reserveBytes = RESERVE_BYTES, ...rest } = options;
  const clock = new FakeClock();
  const folder = new JournalFolder(FOLDER, { disk, clock, reserveBytes });
  const journal = new FileJournal(folder, { checkpointInterval: 0, ...rest });
  return { disk, clock, folder, journal };
}

/** An open journal with nothing to replay. */
export async function anOpenJournal(options: Parameters<typeof aJournal>[0] = {}): Promise<Setup> {
  const setup = aJournal(options);
  await setup.journal.open();
  await replayed(setup.journal);
  return setup;
}

/** A journal that starts on the disk of another one. */
export function reopened(
  disk: FakeDisk,
  options: Parameters<typeof aJournal>[0] = {},
): Promise<Setup & { readonly entries: readonly JournalEntry[] }> {
  const setup = aJournal({ ...options, disk });
  return setup.journal
    .open()
    .then(() => replayed(setup.journal))
    .then((entries) => ({ ...setup, entries }));
}

export async function replayed(journal: Journal): Promise<JournalEntry[]> {
  const entries: JournalEntry[] = [];
  for await (const entry of journal.replay()) entries.push(entry);
  return entries;
}

export function aBatch(name: string): readonly Write[] {
  return [taskWrite(name, 1, { source_text: `épée ${name} ⚔️` })];
}

/** Appends one batch per name, one after the other. */
export async function appendAll(journal: Journal, names: readonly string[]): Promise<void> {
  for (const name of names) await journal.append(TASKS.name, aBatch(name));
}

/** The names given to `appendAll`, as far as the entries contain them. */
export function namesOf(entries: readonly JournalEntry[]): string[] {
  return entries.map(({ writes }) => writes[0]?.key ?? '');
}

/** The numbers from one to another, both included. */
export function names(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `t-${from + index}`);
}
