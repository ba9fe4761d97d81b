/**
 * The candidate that a misspelt name probably meant, or null. Names differ in their last words, so
 * the number of permitted edits depends on the length of those: one up to seven letters, otherwise
 * two.
 */
export function nearest(name: string, candidates: Iterable<string>): string | null {
  let best: { readonly candidate: string; readonly slips: number } | null = null;
  for (const candidate of candidates) {
    const own = candidate.slice(candidate.search(/[._]/) + 1);
    const slips = distance(name, candidate);
    if (slips <= (own.length < 8 ? 1 : 2) && slips < (best?.slips ?? Number.POSITIVE_INFINITY)) {
      best = { candidate, slips };
    }
  }
  return best?.candidate ?? null;
}

/**
 * Insertions, deletions, replacements, and swaps of adjacent characters that turn one name into the
 * other.
 */
function distance(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          replaced,
          at(last, j) + 1,
          at(row, j - 1) + 1,
          swapped ? at(beforeLast, j - 2) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? 0;
}
