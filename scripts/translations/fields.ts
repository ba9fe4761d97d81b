import { explain } from '../../src/domain/collections/explain.js';
import { COLLECTIONS } from '../../src/domain/collections/list.js';
import { numbersIn } from './facts.js';

const ROW = /^\| `(\w+)` \|(.*)\|$/;
/** In the last cell of a field that every write must contain. */
const REQUIRED = '必填';

/** Where the tables of fields, written by hand, differ from the descriptions of the collections. */
export function fieldProblems(path: string, text: string): readonly string[] {
  return COLLECTIONS.flatMap((collection) => {
    const begin = `<!-- fields of ${collection.plural} -->`;
    const start = text.indexOf(begin);
    const end = text.indexOf('<!-- end of fields -->', start);
    if (start === -1 || end === -1) return [`${path}: no table after ${begin}; add it`];
    const rows = new Map(
      text
        .slice(start, end)
        .split('\n')
        .flatMap((line) => {
          const [, name, cells] = ROW.exec(line) ?? [];
          return name === undefined || cells === undefined ? [] : [[name, cells.split(' | ')]];
        }) as [string, string[]][],
    );
    const fields = explain(collection);
    const names = new Set(fields.map(({ name }) => name));
    const where = `${path}: the table of ${collection.plural}`;
    return [
      ...fields.flatMap(({ name, limits, required }) => {
        const cells = rows.get(name);
        if (cells === undefined) return [`${where} has no row for ${name}; add it`];
        const [, limitsHere = '', omittedHere = ''] = cells;
        return [
          ...(numbersOf(limits) === numbersOf(limitsHere)
            ? []
            : [
                `${where} gives ${name} the limits ${numbersOf(limitsHere)} instead of ${numbersOf(limits)}; correct it`,
              ]),
          ...(required === omittedHere.includes(REQUIRED)
            ? []
            : [
                `${where} ${required ? 'does not say that' : 'says that'} ${name} is required (${REQUIRED}); correct it`,
              ]),
        ];
      }),
      ...[...rows.keys()]
        .filter((name) => !names.has(name))
        .map((name) => `${where} has a row for ${name}, which is no field; remove it`),
    ];
  });
}

function numbersOf(limits: string): string {
  return [...new Set(numbersIn(limits))].sort().join(', ') || 'none';
}
