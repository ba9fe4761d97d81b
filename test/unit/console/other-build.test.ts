import { describe, expect, it } from 'vitest';
import { ApiError, NoAnswerError } from '../../../clients/typescript/errors.js';
import { OtherBuild } from '../../../console/src/lib/other-build.js';

const missing = new TypeError('Failed to fetch dynamically imported module');
const away = new NoAnswerError('refused', 'http://localhost/health', null);
const degraded = new ApiError(
  { error_code: 'STORAGE_UNAVAILABLE', detail: 'the store is away' },
  { status: 503, requestId: null, retryAfter: null },
);

function aTab() {
  const marks = new Map<string, string>();
  const tab = {
    loaded: [] as string[],
    health: null as Error | null,
    build: new OtherBuild({
      storage: {
        getItem: (name) => marks.get(name) ?? null,
        setItem: (name, value) => void marks.set(name, value),
        removeItem: (name) => void marks.delete(name),
      },
      askService: async () => {
        if (tab.health !== null) throw tab.health;
      },
      load: (address) => void tab.loaded.push(address),
    }),
  };
  return tab;
}

describe('a view whose files do not load', () => {
  it('is loaded anew, from the build that the service has now', async () => {
    const tab = aTab();
    expect(await tab.build.onFailure(missing, '/console/failures')).toBeNull();
    expect(tab.loaded).toEqual(['/console/failures']);
  });

  it('is loaded anew when the service answers with a problem', async () => {
    const tab = aTab();
    tab.health = degraded;
    expect(await tab.build.onFailure(missing, '/console/failures')).toBeNull();
    expect(tab.loaded).toEqual(['/console/failures']);
  });

  it('shows the problem when it does not load in the new page either', async () => {
    const tab = aTab();
    await tab.build.onFailure(missing, '/console/failures');
    expect(await tab.build.onFailure(missing, '/console/failures')).toEqual({
      error: missing,
      isAway: false,
    });
    expect(tab.loaded).toHaveLength(1);
  });

  it('is loaded anew again after a view was shown', async () => {
    const tab = aTab();
    await tab.build.onFailure(missing, '/console/failures');
    tab.build.onSuccess();
    expect(await tab.build.onFailure(missing, '/console/failures')).toBeNull();
    expect(tab.loaded).toHaveLength(2);
  });

  it('says that the service is away, and is loaded anew when that is over', async () => {
    const tab = aTab();
    tab.health = away;
    expect(await tab.build.onFailure(missing, '/console/failures')).toEqual({
      error: away,
      isAway: true,
    });
    expect(tab.loaded).toEqual([]);
    tab.health = null;
    expect(await tab.build.onFailure(missing, '/console/failures')).toBeNull();
    expect(tab.loaded).toEqual(['/console/failures']);
  });

  it('is loaded anew for somebody who tries once more', async () => {
    const tab = aTab();
    await tab.build.onFailure(missing, '/console/failures');
    await tab.build.onFailure(missing, '/console/failures');
    expect(await tab.build.again('/console/failures')).toBeNull();
    expect(tab.loaded).toHaveLength(2);
  });

  it('takes nobody away from a view that was shown meanwhile', async () => {
    const tab = aTab();
    const failing = tab.build.onFailure(missing, '/console/failures');
    tab.build.onSuccess();
    expect(await failing).toBeNull();
    expect(tab.loaded).toEqual([]);
  });
});
