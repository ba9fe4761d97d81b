import { createRoute, z } from '@hono/zod-openapi';
import contentDisposition from 'content-disposition';
import { TASKS } from '../../../domain/collections/tasks.js';
import type { RecordFields } from '../../../domain/write.js';
import type { FileFormat } from '../../../ports/file-format.js';
import type { RecordAnswers } from '../answers/record-answers.js';
import { BASE } from '../base-path.js';
import type { HttpDependencies } from '../dependencies.js';
import { type Endpoint, pathParameter, queryOf } from '../mount.js';
import { fileAnswers } from '../openapi/responses.js';
import { invalid, notFound } from '../problems/problem.js';
import { byId } from './reading.route.js';

const exportQuery = z.strictObject({
  format: z.enum(['xlsx', 'csv', 'ndjson']).optional().openapi({
    default: 'xlsx',
    description:
      '`xlsx`: a workbook. `csv`: UTF-8 with a byte order mark. `ndjson`: a JSON object in each line, the session first.',
  }),
  layout: z.enum(['sheets', 'records']).optional().openapi({
    description:
      '`sheets` (only xlsx, and its default): a worksheet for each sheet, with a row for each row and a column for each column of the file. `records`: a row or a line for each task, with every field.',
  }),
  formulas: z.enum(['quote', 'keep']).optional().openapi({
    default: 'quote',
    description:
      'Only for csv. `quote`: a text that a spreadsheet would run as a formula gets a leading apostrophe. `keep`: every text stays as it is.',
  }),
});

/** The endpoint for a session as a file. */
export function exportEndpoint(
  { exportRecord, formats }: HttpDependencies,
  answering: RecordAnswers,
): Endpoint {
  return {
    route: createRoute({
      method: 'get',
      path: `${BASE}/sessions/{id}/export`,
      operationId: 'exportSession',
      tags: ['reading'],
      summary: 'A session as a file',
      description:
        'Waits until everything accepted before is stored. The file is streamed: if the store fails in the middle, it is cut off and the connection is closed. docs/exports.md describes the formats.',
      request: { params: byId, query: exportQuery },
      responses: fileAnswers(
        formats.map(({ contentType }) => contentType.replace(/;.*/, '')),
        'The file',
        404,
        422,
        503,
      ),
    }),
    access: 'read',
    handle: async (context) => {
      const raw = queryOf(context, exportQuery);
      const id = pathParameter(context, 'id');
      const format = formatOf(formats, raw.format ?? 'xlsx');
      const layout = layoutOf(format, raw.layout);
      const keepFormulas = keepsFormulas(format, raw.formulas);
      const document = await answering.queued(context, { fresh: true }, () =>
        exportRecord.open(TASKS, id),
      );
      if (document === null) throw notFound(`The session ${JSON.stringify(id)} does not exist.`);
      const headers = {
        'content-type': format.contentType,
        'content-disposition': contentDisposition(fileNameOf(document.record, format)),
      };
      return answering.sendFile(context, headers, async () =>
        format.write(document, { layout, keepFormulas }),
      );
    },
  };
}

function formatOf(formats: readonly FileFormat[], name: string): FileFormat {
  const format = formats.find((each) => each.name === name);
  if (format === undefined) throw new Error(`no adapter writes ${name}`);
  return format;
}

/** Throws VALIDATION_ERROR for a layout that the format does not have. */
function layoutOf(
  { name, layouts }: FileFormat,
  wanted: FileFormat['layouts'][number] | undefined,
) {
  const [first] = layouts;
  const layout = wanted ?? first;
  if (layout !== undefined && layouts.includes(layout)) return layout;
  const message = `is not possible for the format ${name}, which has ${layouts.join(', ')}`;
  throw invalid([{ path: 'layout', message, value: wanted ?? null }]);
}

/** Throws VALIDATION_ERROR for a format in which no text is a formula. */
function keepsFormulas({ name }: FileFormat, wanted: 'quote' | 'keep' | undefined): boolean {
  if (wanted === undefined || name === 'csv') return wanted === 'keep';
  const message = `is only possible for the format csv: in ${name} a text is never a formula`;
  throw invalid([{ path: 'formulas', message, value: wanted }]);
}

/** The name of the session's file, with the extension of the format. */
function fileNameOf({ filename }: RecordFields, { name }: FileFormat): string {
  const stem = String(filename)
    .replace(/\.[a-z0-9]{1,8}$/i, '')
    .replace(/[\p{Cc}\p{Cf}/\\]/gu, '_');
  return `${stem === '' ? 'session' : stem}.${name}`;
}
