import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

export type Fields = Readonly<Record<string, string>>;

/** The query of the URL as the state of a view, so that a link shows the same. */
export function useUrlState() {
  const route = useRoute();
  const router = useRouter();
  /** Empty values are left out. */
  const fields = computed<Fields>(() =>
    Object.fromEntries(
      Object.entries(route.query).flatMap(([name, value]) =>
        typeof value === 'string' && value !== '' ? [[name, value]] : [],
      ),
    ),
  );
  /** An empty value removes a field. `push` makes a step that the back button undoes. */
  const change = (changes: Readonly<Record<string, string | undefined>>, how = 'push') => {
    const next = Object.fromEntries(
      Object.entries({ ...fields.value, ...changes }).filter(([, value]) => value),
    );
    void (how === 'push' ? router.push({ query: next }) : router.replace({ query: next }));
  };
  return { fields, change };
}
