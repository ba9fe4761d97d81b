import type { Column } from 'element-plus/es/components/table-v2/index.mjs';
import { h, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { toneOf, useStatusName } from '../../../lib/status';
import type { SheetRow } from './sheet-rows';

const ROW_WIDTH = 72;
/** Of a column with text, in pixels. */
const LEAST_WIDTH = 220;

/** The columns of the table: the row, the source, and one for each column of the spreadsheet. */
export function useSheetColumns(
  names: Readonly<Ref<readonly string[]>>,
  open: (id: string) => void,
) {
  const { t } = useI18n();
  const nameOf = useStatusName();

  const cellOf = (row: SheetRow, name: string) => {
    const task = row.cells[name];
    if (task === undefined) return h('span', { class: 'quiet' }, '–');
    const failed = task.status === 'failed' && task.error_message !== null;
    return h(
      'button',
      {
        type: 'button',
        class: ['cell', toneOf(task.status)],
        title: nameOf(task.status),
        onClick: () => open(task.task_id),
      },
      [
        h('span', { class: 'off-screen' }, `${nameOf(task.status)}: `),
        h('span', { class: 'cell-text' }, (failed ? task.error_message : task.target_text) ?? '…'),
      ],
    );
  };

  return (width: number): Column<SheetRow>[] => {
    // The scroll bar of the table takes some of the width.
    const share = Math.floor((width - ROW_WIDTH - 16) / (names.value.length + 1));
    const text = Math.max(LEAST_WIDTH, share);
    return [
      { key: 'row', dataKey: 'id', title: t('session.row'), width: ROW_WIDTH, align: 'right' },
      {
        key: 'source',
        title: t('session.source'),
        width: text,
        cellRenderer: ({ rowData }) =>
          h('span', { class: 'cell-text', title: rowData.source }, rowData.source),
      },
      ...names.value.map((name) => ({
        key: `column ${name}`,
        title: name,
        width: text,
        cellRenderer: ({ rowData }: { rowData: SheetRow }) => cellOf(rowData, name),
      })),
    ];
  };
}
