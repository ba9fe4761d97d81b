import { describe, expect, it } from 'vitest';
import {
  type ListTasks,
  SheetReader,
} from '../../../console/src/views/session/sheet/sheet-reader.js';

type Listed = Awaited<ReturnType<ListTasks>>['items'][number];

const SINCE = '2026-11-29T08:00:00.000Z';
const ALL = { sheet_name: 'Items', status: undefined, text: undefined };
const at = (second: number) => new Date(Date.parse(SINCE) + second * 1000).toISOString();

/** A service with tasks of one sheet; it refuses the cursors of other filters. */
class Sheet {
  readonly tasks = new Map<number, Listed>();
  asked = 0;
  /** What cannot be read. */
  away: 'row_index' | undefined;
  /** Cursors of another one are refused. */
  release = '';

  put(rows: readonly number[], second: number, status = 'pending'): void {
    for (const row of rows) {
      const task = { task_id: `t-${row}`, row_index: row, column_name: 'de', status };
      this.tasks.set(row, { ...task, source_text: '', updated_at: at(second) } as Listed);
    }
  }

  readonly list: ListTasks = async (query) => {
    this.asked += 1;
    const { cursor, page_size = 100, ...filters } = query ?? {};
    if (filters.sort_by === this.away) throw new Error('away');
    const key = JSON.stringify({ ...filters, release: this.release });
    const [of, after] = cursor === undefined ? [key, ''] : (JSON.parse(cursor) as [string, string]);
    if (of !== key) throw new Error('a cursor of other filters');
    const place = (task: Listed) =>
      `${filters.sort_by === 'row_index' ? '' : task.updated_at} ${String(task.row_index).padStart(9, '0')}`;
    const found = [...this.tasks.values()]
      .filter((task) => task.updated_at >= String(filters.updated_from ?? ''))
      .filter((task) => filters.status === undefined || task.status === filters.status)
      .filter((task) => place(task) > after)
      .sort((a, b) => (place(a) < place(b) ? -1 : 1));
    const items = found.slice(0, page_size);
    const last = items.at(-1);
    const more = last !== undefined && found.length > items.length;
    return { items, next_cursor: more ? JSON.stringify([key, place(last)]) : null };
  };
}

const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

function open(sheet: Sheet, search: Partial<typeof ALL> | { status: string } = {}) {
  return new SheetReader(sheet.list, 's', { ...ALL, ...search }, SINCE);
}

/** Reads until the last row. */
async function readAll(reader: SheetReader): Promise<void> {
  while (!reader.complete.value) await reader.more();
}

const idsOf = (reader: SheetReader) => reader.rows.value.map(({ id }) => id);
const statusOf = (reader: SheetReader, row: number) =>
  reader.rows.value.find(({ id }) => id === row)?.cells.de?.status;

describe('a sheet that is followed', () => {
  it('shows a change after thousands that share one time', async () => {
    const sheet = new Sheet();
    sheet.put(rows(1, 2000), 1);
    const reader = open(sheet);
    await readAll(reader);
    sheet.put([7], 2, 'completed');
    for (let poll = 0; poll < 4; poll += 1) await reader.follow();
    expect(statusOf(reader, 7)).toBe('completed');
  });

  it('shows a change that gets the time of the last one that it read', async () => {
    const sheet = new Sheet();
    sheet.put(rows(1, 20), 1);
    const reader = open(sheet);
    await readAll(reader);
    await reader.follow();
    sheet.put([7], 1, 'completed');
    await reader.follow();
    expect(statusOf(reader, 7)).toBe('completed');
  });

  it('goes on from the last time when the service refuses its cursor', async () => {
    const sheet = new Sheet();
    for (const second of rows(1, 12)) sheet.put(rows(second * 100, second * 100 + 99), second);
    const reader = open(sheet);
    await readAll(reader);
    await reader.follow();
    sheet.release = 'another';
    await expect(reader.follow()).rejects.toThrow('a cursor of other filters');
    sheet.put([100], 30, 'completed');
    for (let poll = 0; poll < 3; poll += 1) await reader.follow();
    expect(statusOf(reader, 100)).toBe('completed');
  });

  it('shows rows that are added after the last one', async () => {
    const sheet = new Sheet();
    sheet.put(rows(1, 150), 1);
    const reader = open(sheet);
    await readAll(reader);
    sheet.put(rows(151, 1000), 2);
    await reader.follow();
    expect(reader.complete.value).toBe(false);
    await readAll(reader);
    expect(idsOf(reader)).toEqual(rows(1, 1000));
  });

  it('shows rows that are added between others, in their order', async () => {
    const sheet = new Sheet();
    sheet.put([1, 2, 5], 1);
    const reader = open(sheet);
    await readAll(reader);
    sheet.put([4, 3], 2);
    await reader.follow();
    expect(idsOf(reader)).toEqual([1, 2, 3, 4, 5]);
    sheet.put([4], 3, 'completed');
    await reader.follow();
    expect(statusOf(reader, 4)).toBe('completed');
  });

  it('shows the first row that matches a filter', async () => {
    const sheet = new Sheet();
    sheet.put(rows(1, 20), 1);
    const reader = open(sheet, { status: 'failed' });
    await readAll(reader);
    expect(idsOf(reader)).toEqual([]);
    sheet.put([7], 2, 'failed');
    await reader.follow();
    expect(idsOf(reader)).toEqual([7]);
  });

  it('shows a row that was added while the last page was on its way', async () => {
    const sheet = new Sheet();
    sheet.put([1, 2], 1);
    const answer = await sheet.list({ sort_by: 'row_index' });
    let arrive: (page: typeof answer) => void = () => undefined;
    const late = new Promise<typeof answer>((resolve) => {
      arrive = resolve;
    });
    let isFirst = true;
    const list: ListTasks = (query) => {
      if (query?.sort_by !== 'row_index' || !isFirst) return sheet.list(query);
      isFirst = false;
      return late;
    };
    const reader = new SheetReader(list, 's', ALL, SINCE);
    const reading = reader.more();
    sheet.put([3], 2);
    await reader.follow();
    sheet.put([1], 3);
    await reader.follow();
    arrive(answer);
    await reading;
    await reader.follow();
    expect(idsOf(reader)).toEqual([1, 2, 3]);
  });

  it('keeps what it shows when a poll fails, and tries the added rows again', async () => {
    const sheet = new Sheet();
    sheet.put([1, 2], 1);
    const reader = open(sheet);
    await readAll(reader);
    sheet.away = 'row_index';
    sheet.put([3], 2);
    await expect(reader.follow()).rejects.toThrow('away');
    sheet.put([1], 3);
    await expect(reader.follow()).rejects.toThrow('away');
    expect([reader.error.value, idsOf(reader)]).toEqual([null, [1, 2]]);
    sheet.away = undefined;
    await reader.follow();
    expect(idsOf(reader)).toEqual([1, 2, 3]);
  });

  it('reads changes once when two polls overlap', async () => {
    const sheet = new Sheet();
    sheet.put([1], 1);
    const reader = open(sheet);
    await readAll(reader);
    const before = sheet.asked;
    await Promise.all([reader.follow(), reader.follow()]);
    expect(sheet.asked - before).toBe(1);
  });
});
