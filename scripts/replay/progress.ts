import { SingleBar } from 'cli-progress';

export interface Progress {
  step(records: number): void;
  done(): void;
}

const LINE_EVERY = 10_000;

/** Shows a bar on a terminal, and an occasional line elsewhere. */
export function progressBar(what: string, total: number, unit: string): Progress {
  let records = 0;
  if (!process.stderr.isTTY) {
    return {
      step(more) {
        const before = Math.floor(records / LINE_EVERY);
        records += more;
        if (Math.floor(records / LINE_EVERY) > before) {
          process.stderr.write(`${what}: ${records} of ${total} ${unit}\n`);
        }
      },
      done: () => process.stderr.write(`${what}: ${records} of ${total} ${unit}, done\n`),
    };
  }
  const bar = new SingleBar({
    format: `${what} {bar} {value} of {total} ${unit}, {eta_formatted} left`,
  });
  bar.start(total, 0);
  return { step: (more) => bar.increment(more), done: () => bar.stop() };
}
