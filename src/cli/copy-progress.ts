import { SingleBar } from 'cli-progress';
import type { CopyProgress } from '../application/copying/copied.js';
import { counted } from './text.js';

/** Milliseconds between two lines. */
const LINE_EVERY = 10_000;

const PHASES = { copying: 'Copying', comparing: 'Comparing' } as const;

/** A bar with rate and time left, on a terminal. */
export function progressBar(stream: NodeJS.WritableStream, now: () => number): CopyProgress {
  let bar: SingleBar | null = null;
  let records = 0;
  let begun = 0;
  return {
    begin(phase, total) {
      [records, begun] = [0, now()];
      bar = new SingleBar({
        stream,
        format: `${PHASES[phase].padEnd(9)} {bar} {percentage}% | {value} of {total} records | {rate}/s | {eta_formatted} left`,
      });
      bar.start(total, 0, { rate: 0 });
    },
    step(more) {
      records += more;
      // Created while the copy runs.
      if (bar !== null && records > bar.getTotal()) bar.setTotal(records);
      bar?.update(records, { rate: rateOf(records, now() - begun) });
    },
    end: () => bar?.stop(),
  };
}

/** An occasional line, elsewhere. */
export function progressLines(print: (line: string) => void, now: () => number): CopyProgress {
  let [name, total, records, begun, last] = ['', 0, 0, 0, 0];
  return {
    begin(phase, all) {
      [name, total, records, begun] = [PHASES[phase], all, 0, now()];
      last = begun;
    },
    step(more) {
      records += more;
      const at = now();
      if (at - last < LINE_EVERY) return;
      last = at;
      const rate = rateOf(records, at - begun);
      const left = rate === 0 ? '' : `, ${Math.ceil(Math.max(0, total - records) / rate)} s left`;
      print(`${name}: ${records} of ${counted(total, 'record')}, ${rate}/s${left}`);
    },
    end() {
      const took = now() - begun;
      const seconds = (took / 1000).toFixed(1);
      print(`${name}: ${counted(records, 'record')} in ${seconds} s, ${rateOf(records, took)}/s`);
    },
  };
}

/** Records per second. */
function rateOf(records: number, milliseconds: number): number {
  return milliseconds <= 0 ? 0 : Math.round((records * 1000) / milliseconds);
}
