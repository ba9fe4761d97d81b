import { xmlText } from './cell-text.js';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const TYPES = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** The file of a worksheet in the archive; worksheets are counted from 1. */
export const sheetFile = (number: number) => `worksheets/sheet${number}.xml`;

/** The files that do not depend on the document, by their names; some readers want the first first. */
export const FIXED_PARTS: readonly (readonly [file: string, text: string])[] = [
  [
    '_rels/.rels',
    `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `${XML}<styleSheet xmlns="${MAIN}">` +
      '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
      // The first two fills are reserved by the format.
      `<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fill('FFFFC7CE')}${fill('FFFFEB9C')}</fills>` +
      '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
      '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
      `<cellXfs count="8">${formats('')}${formats(' quotePrefix="1"')}</cellXfs>` +
      '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
  ],
];

/** The files that name the worksheets, once all of them are known. */
export function namingParts(
  titles: readonly string[],
): readonly (readonly [file: string, text: string])[] {
  const numbers = titles.map((_, index) => index + 1);
  const sheets = titles.map((title, index) => {
    return `<sheet name="${xmlText(title)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`;
  });
  const relations = numbers.map((number) => relation(number, 'worksheet', sheetFile(number)));
  const overrides = numbers.map((number) => override(`/xl/${sheetFile(number)}`, 'worksheet'));
  return [
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><bookViews><workbookView/></bookViews><sheets>${sheets.join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}/relationships">${relations.join('')}${relation(titles.length + 1, 'styles', 'styles.xml')}</Relationships>`,
    ],
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${override('/xl/workbook.xml', 'sheet.main')}${override('/xl/styles.xml', 'styles')}${overrides.join('')}</Types>`,
    ],
  ];
}

/** Before the rows of a worksheet; its first row stays in view. */
export function worksheetHead(columnWidths: readonly number[]): string {
  const columns = columnWidths.map((width, index) => {
    return `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`;
  });
  const view =
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>';
  const header = columns.length === 0 ? '' : `${view}<cols>${columns.join('')}</cols>`;
  return `${XML}<worksheet xmlns="${MAIN}">${header}<sheetData>`;
}

export const WORKSHEET_END = '</sheetData></worksheet>';

function fill(color: string): string {
  return `<fill><patternFill patternType="solid"><fgColor rgb="${color}"/><bgColor indexed="64"/></patternFill></fill>`;
}

/** In the order of STYLES. */
function formats(attribute: string): string {
  const format = (font: number, background: number) =>
    `<xf numFmtId="0" fontId="${font}" fillId="${background}" borderId="0" xfId="0" applyFont="1" applyFill="1"${attribute}/>`;
  return format(0, 0) + format(1, 0) + format(0, 2) + format(0, 3);
}

function relation(id: number, type: string, target: string): string {
  return `<Relationship Id="rId${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`;
}

function override(part: string, type: string): string {
  return `<Override PartName="${part}" ContentType="${TYPES}.${type}+xml"/>`;
}
