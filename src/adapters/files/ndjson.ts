import type { ExportedDocument, FileFormat } from '../../ports/file-format.js';
import { recordJson } from '../presenting/record-json.js';
import { textFile } from './text-file.js';

/** A record a line, as the API shows it, the parent first: what is read here can be posted again. */
export const ndjson: FileFormat = {
  name: 'ndjson',
  contentType: 'application/x-ndjson',
  layouts: ['records'],

  write(document: ExportedDocument): AsyncGenerator<Uint8Array> {
    const head = `${recordJson(document.collection, document.record)}\n`;
    const { children } = document;
    return textFile(head, document.records(), (record) => `${recordJson(children, record)}\n`);
  },
};
