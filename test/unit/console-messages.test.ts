import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../scripts/messages.js';

const aSource = (text: string) => [{ path: 'views/a.vue', text }];

describe('the check of the console’s texts', () => {
  it('accepts keys that every language has and the sources use', () => {
    const texts = { nav: { overview: 'Overview' }, count: '{n} tasks' };
    const source = aSource(`t('count', { n }); t(\`nav.\${view}\`)`);
    expect(problemsOf({ en: texts, 'zh-CN': texts }, source)).toEqual({ keys: 2, problems: [] });
  });

  it.each([
    ['is missing in a language', { a: '' }, {}, "t('a')", 'zh-CN has no a'],
    [
      'is used and in no language',
      {},
      {},
      "t('a.b')",
      'views/a.vue uses a.b, which no language has',
    ],
    ['is not used', { a: '' }, { a: '' }, "set('a')", 'a is not used'],
    [
      'has another placeholder',
      { a: '{n}' },
      { a: '{m}' },
      "t('a')",
      'a has other placeholders in each language',
    ],
  ])('names a key that %s', (_, en, zh, source, problem) => {
    const { problems } = problemsOf({ en, 'zh-CN': zh }, aSource(source));
    expect(problems).toEqual([problem]);
  });
});
