import { html } from 'hono/html';
import { type Figure, isMet } from '../../bench/support/figure.js';
import type { Results, StoreResults } from '../../bench/support/report.js';
import { type Html, page, tableOf } from './html-page.js';

/** What `npm run bench` reached at its last run, as a page: what was missed first, then each store. */
export function performancePage(results: Results): string {
  const stores = Object.values(results);
  const missed = stores.flatMap(({ server, figures }) =>
    figures.filter((figure) => !isMet(figure)).map((figure) => ({ server, figure })),
  );
  const targets = stores.flatMap(({ figures }) => figures.filter(({ target }) => target));
  return page(
    'Performance',
    html`<p class="${missed.length === 0 ? 'good' : 'bad'}">${targets.length - missed.length} of ${targets.length} targets met</p>
<p>Ratios (of raw) compare with the bare driver in the same run, and hold on other machines. Times and
rows a second belong to the machine that is named.</p>
${missed.length === 0 ? '' : missedList(missed)}
${stores.map(storeSection)}`,
  );
}

function missedList(missed: readonly { readonly server: string; readonly figure: Figure }[]): Html {
  return html`<h2>Missed</h2>
<ul>${missed.map(
    ({ server, figure }) =>
      html`<li>${server}: ${figure.name}, ${figure.value} ${figure.unit} (${targetOf(figure)})</li>\n`,
  )}</ul>`;
}

function storeSection({ server, date, machine, figures }: StoreResults): Html {
  const rows = figures.map((figure) => [
    figure.name,
    figure.value,
    figure.unit,
    targetOf(figure),
    verdictOf(figure),
  ]);
  return html`<h2>${server}</h2>
<p>${date}; ${machine}.</p>
${tableOf(['what', 'reached', 'unit', 'must reach', ''], rows)}`;
}

function targetOf({ target }: Figure): string {
  return target === undefined ? '' : `${target.kind} ${target.value}`;
}

function verdictOf(figure: Figure): Html | string {
  if (figure.target === undefined) return '';
  return isMet(figure)
    ? html`<span class="good">met</span>`
    : html`<span class="bad">missed</span>`;
}
