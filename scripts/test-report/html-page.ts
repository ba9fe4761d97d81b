import { html, raw } from 'hono/html';

/** A piece of HTML; what is put into its template is escaped, but for other pieces. */
export type Html = ReturnType<typeof html>;

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; }
th, td { padding: .2rem .8rem; border-bottom: 1px solid #8884; text-align: left; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
.bad { color: #d22; font-weight: 600; }
.good { color: #291; }
pre { overflow-x: auto; padding: .6rem; background: #8881; }
summary { cursor: pointer; }
`;

/** A whole page in one file: it asks for nothing else, so it can be sent and opened as it is. */
export function page(title: string, body: Html): string {
  return String(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${raw(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`);
}

export type Cell = string | number | Html;

/** Numbers are aligned to the right, and their column's head too. */
export function tableOf(head: readonly string[], rows: readonly (readonly Cell[])[]): Html {
  const isNumber = (column: number) =>
    rows.length > 0 && rows.every((row) => typeof row[column] === 'number');
  const cell = (tag: 'td' | 'th', column: number, content: Cell | undefined) =>
    html`${raw(`<${tag}${isNumber(column) ? ' class="number"' : ''}>`)}${content ?? ''}${raw(`</${tag}>`)}`;
  return html`<table>
<thead><tr>${head.map((title, column) => cell('th', column, title))}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${head.map((_, column) => cell('td', column, row[column]))}</tr>\n`)}</tbody>
</table>`;
}
