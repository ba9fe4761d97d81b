import type { FileFormat } from '../../ports/file-format.js';
import { csv } from './csv.js';
import { ndjson } from './ndjson.js';
import { xlsx } from './xlsx/xlsx.js';

/** Every format, the default first. */
export function fileFormats(): readonly FileFormat[] {
  return [xlsx(), csv, ndjson];
}
