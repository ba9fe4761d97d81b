import { onScopeDispose, type Ref, ref } from 'vue';

const now = ref(Date.now());
let users = 0;
let timer: number | undefined;

/** The time in milliseconds, once a second, while a component uses it. */
export function useNow(): Readonly<Ref<number>> {
  users += 1;
  timer ??= window.setInterval(() => {
    now.value = Date.now();
  }, 1000);
  onScopeDispose(() => {
    users -= 1;
    if (users > 0) return;
    window.clearInterval(timer);
    timer = undefined;
  });
  return now;
}
