import { crc32 } from 'node:zlib';
import { SaxesParser } from 'saxes';
import { expect } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { bytesOf } from './document.js';

/** A value as a person would read it; null where there is no cell. */
export type Value = string | number | null;

export interface Sheet {
  readonly rows: readonly (readonly Value[])[];
  /** The ARGB color behind a cell, such as `FFFFC7CE`; undefined where there is none. */
  color(ref: string): string | undefined;
  isBold(ref: string): boolean;
  /** Whether a cell stays text when it is edited. */
  isQuoted(ref: string): boolean;
  readonly frozenRows: number;
}

export interface WorkbookRead {
  readonly titles: readonly string[];
  sheet(title: string): Sheet;
}

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

/** Opens a workbook as a spreadsheet program does, by its relations, and checks it on the way. */
export async function readWorkbook(bytes: Buffer): Promise<WorkbookRead> {
  const files = await unzip(bytes);
  const xml = (file: string) => parsed(files.get(file) ?? '');
  const root = xml('_rels/.rels').children[0]?.attributes.Target ?? '';
  const targets = new Map(
    xml('xl/_rels/workbook.xml.rels').children.map(({ attributes }) => [
      attributes.Id,
      `xl/${attributes.Target}`,
    ]),
  );
  const types = new Map(
    xml('[Content_Types].xml').children.map(({ attributes }) => [
      attributes.PartName,
      attributes.ContentType,
    ]),
  );
  const styles = xml('xl/styles.xml');
  const named = found(xml(root), 'sheet').map(({ attributes }) => ({
    title: decoded(attributes.name ?? ''),
    file: targets.get(attributes['r:id']) ?? '',
  }));
  for (const { file } of named) {
    expect(files.has(file)).toBe(true);
    expect(types.get(`/${file}`)).toContain('worksheet+xml');
  }
  expect(new Set(named.map(({ file }) => file)).size).toBe(named.length);
  return {
    titles: named.map(({ title }) => title),
    sheet(title) {
      const file = named.find((candidate) => candidate.title === title)?.file;
      if (file === undefined) throw new Error(`No sheet ${title} of ${named.map((n) => n.title)}`);
      return readSheet(xml(file), styles);
    },
  };
}

async function unzip(bytes: Buffer): Promise<ReadonlyMap<string, string>> {
  const zip = await fromBufferPromise(bytes);
  const files = new Map<string, string>();
  for await (const entry of zip.eachEntry()) {
    const content = await bytesOf(await zip.openReadStreamPromise(entry));
    expect(crc32(content)).toBe(entry.crc32);
    expect(files.has(entry.fileName)).toBe(false);
    // Fatal: bytes that are no UTF-8.
    files.set(entry.fileName, new TextDecoder('utf-8', { fatal: true }).decode(content));
  }
  return files;
}

/** Throws where the text is no XML 1.0. */
function parsed(text: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const path = [root];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' };
    path.at(-1)?.children.push(element);
    path.push(element);
  });
  parser.on('text', (part) => {
    const element = path.at(-1);
    if (element !== undefined) element.text += part;
  });
  parser.on('closetag', () => path.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  const [top] = root.children;
  if (top === undefined) throw new Error('no XML');
  return top;
}

function readSheet(sheet: Element, styles: Element): Sheet {
  const rows: Value[][] = [];
  const formats = new Map<string, Element>();
  for (const row of found(sheet, 'row')) {
    expect(row.attributes.r).toBe(String(rows.length + 1));
    const values: Value[] = [];
    for (const cell of row.children) {
      const ref = cell.attributes.r ?? '';
      const column = columnOf(ref);
      expect(ref.endsWith(`${rows.length + 1}`)).toBe(true);
      expect(column).toBeGreaterThanOrEqual(values.length);
      while (values.length < column) values.push(null);
      values.push(shownValue(cell));
      const format = found(styles, 'cellXfs')[0]?.children[Number(cell.attributes.s ?? 0)];
      if (format !== undefined) formats.set(ref, format);
    }
    rows.push(values);
  }
  const [pane] = found(sheet, 'pane');
  return {
    rows,
    color: (ref) => {
      const fill = found(styles, 'fills')[0]?.children[Number(formats.get(ref)?.attributes.fillId)];
      return fill === undefined ? undefined : found(fill, 'fgColor')[0]?.attributes.rgb;
    },
    isBold: (ref) => {
      const font = found(styles, 'fonts')[0]?.children[Number(formats.get(ref)?.attributes.fontId)];
      return font !== undefined && found(font, 'b').length > 0;
    },
    isQuoted: (ref) => formats.get(ref)?.attributes.quotePrefix === '1',
    frozenRows: Number(pane?.attributes.ySplit ?? 0),
  };
}

function shownValue(cell: Element): Value {
  expect(found(cell, 'f')).toEqual([]);
  if (cell.attributes.t === undefined) {
    const [value] = found(cell, 'v');
    return value === undefined ? null : Number(value.text);
  }
  expect(cell.attributes.t).toBe('inlineStr');
  const [text] = found(cell, 't');
  expect(text?.attributes['xml:space']).toBe('preserve');
  const value = decoded(text?.text ?? '');
  expect(value.length).toBeLessThanOrEqual(32_767);
  return value;
}

/** `_x000D_` is a carriage return: ST_Xstring of ECMA-376. */
function decoded(text: string): string {
  return text.replace(/_x([0-9a-f]{4})_/gi, (_, code) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

function columnOf(ref: string): number {
  const letters = /^[A-Z]+/.exec(ref)?.[0] ?? '';
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function found(element: Element, name: string): readonly Element[] {
  if (element.name === name) return [element];
  return element.children.flatMap((child) => found(child, name));
}
