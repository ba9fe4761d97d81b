import { ref } from 'vue';

const STORED_AS = 'persistence-service-key';

/** The API key of this tab; the browser forgets it when the tab closes. */
export const apiKey = ref<string | null>(sessionStorage.getItem(STORED_AS));

export function keepKey(key: string | null): void {
  apiKey.value = key;
  if (key === null) sessionStorage.removeItem(STORED_AS);
  else sessionStorage.setItem(STORED_AS, key);
}
