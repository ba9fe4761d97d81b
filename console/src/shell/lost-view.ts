import { shallowRef } from 'vue';
import type { Router } from 'vue-router';
import { service } from '../api/client';
import { type Lost, OtherBuild } from '../lib/other-build';

/** The view that did not load, and is not shown therefore. */
export const lostView = shallowRef<(Lost & { readonly address: string }) | null>(null);

const build = new OtherBuild({
  storage: sessionStorage,
  askService: () => service.getHealth(),
  load: (address) => {
    const { pathname, search, hash } = window.location;
    // To go to the same address with a hash loads nothing.
    if (address === pathname + search + hash) window.location.reload();
    else window.location.assign(address);
  },
});

function show(lost: Lost | null, address: string): void {
  lostView.value = lost === null ? null : { ...lost, address };
}

/** Tries to load the lost view again. */
export async function findView(): Promise<void> {
  const address = lostView.value?.address;
  if (address !== undefined) show(await build.again(address), address);
}

/** A router says nothing of a view that does not load, and stays where it is. */
export function watchViews(router: Router): void {
  router.onError(async (problem: Error, to) => {
    const address = router.resolve(to).href;
    show(await build.onFailure(problem, address), address);
  });
  router.afterEach(() => {
    build.onSuccess();
    lostView.value = null;
  });
}
