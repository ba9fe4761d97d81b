import { QueryClient } from '@tanstack/vue-query';

/** Milliseconds between two requests for figures that change; none while the tab is hidden. */
export const POLL = { health: 5_000, fast: 5_000, slow: 15_000 } as const;
/** Milliseconds after which a figure counts as old. */
export const OLD = 45_000;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // The service may run on this machine, where the browser's idea of being offline is wrong.
      networkMode: 'always',
      // The next poll tries again, and the view says meanwhile what is wrong.
      retry: false,
      refetchIntervalInBackground: false,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
