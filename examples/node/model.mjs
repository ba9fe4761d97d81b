import { setTimeout as pause } from 'node:timers/promises';

/** Stands for a language model: slow, paid for by the call, and at its limit now and then. */
export function aModel(seed) {
  let state = seed;
  const random = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const model = {
    calls: 0,
    async translate(text) {
      model.calls += 1;
      await pause(5);
      if (random() < 0.15) throw new Error(`rate limit reached, try again in ${model.calls} s`);
      return `⟦${text}⟧`;
    },
  };
  return model;
}
