import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../scripts/translations/problems.js';

const PAIR = { english: 'docs/a.md', chinese: 'docs/zh/a.md' };
const OTHER = { english: 'docs/b.md', chinese: 'docs/zh/b.md' };

const ENGLISH = `# Title

[中文](zh/a.md)

Sends at most 1,000 records to \`/batch\`; see [the other](b.md#some-words).

\`\`\`sh
curl one
curl two
\`\`\`

## Limits

| key | default |
|---|---|
| \`size\` | 5 |
| \`age\` | 30 |

### More

\`\`\`json
{}
\`\`\`
`;
const CHINESE = `# 标题

[English](../a.md)

一次最多向 \`/batch\` 发送 1000 条记录；见[另一页](b.md#一些-文字)。

\`\`\`sh
curl one
curl two
\`\`\`

## 限制（上限）

| 键 | 默认值 |
|---|---|
| \`size\` | 5 |
| \`age\` | 30 |

### 更多

\`\`\`json
{}
\`\`\`
`;
const PAGES = {
  [PAIR.english]: ENGLISH,
  [PAIR.chinese]: CHINESE,
  [OTHER.english]: '# B\n\n[中文](zh/b.md)\n\n## Some words\n',
  [OTHER.chinese]: '# B\n\n[English](../b.md)\n\n## 一些 文字\n',
  'docs/c.md': '# C\n',
};

function problemsIn(pages: Readonly<Record<string, string>>): readonly string[] {
  return problemsOf(
    {
      has: (path) => path in pages,
      read: (path) => pages[path] ?? '',
    },
    [PAIR, OTHER],
  );
}

function withChange(path: string, from: string, to: string): Record<string, string> {
  const text = (PAGES as Record<string, string>)[path] ?? '';
  expect(text).toContain(from);
  return { ...PAGES, [path]: text.replace(from, () => to) };
}

const inChinese = (from: string, to: string) => problemsIn(withChange(PAIR.chinese, from, to));
const inEnglish = (from: string, to: string) => problemsIn(withChange(PAIR.english, from, to));

describe('the check of translations', () => {
  it('accepts pages that correspond', () => {
    expect(problemsIn(PAGES)).toEqual([]);
  });

  it('names the first line of a block that differs', () => {
    expect(inChinese('curl two', 'curl 2')).toEqual([
      'docs/zh/a.md:9: line 3 of block 1 is “curl 2”, in English “curl two”; copy the block from docs/a.md:7',
    ]);
  });

  it.each([
    ['a shorter block', 'curl two\n', '', 'line 3 of block 1 is “```”, in English “curl two”'],
    ['a longer block', 'curl two\n', 'curl two\n\n', 'line 4 of block 1 is “”, in English “```”'],
    ['white space', 'curl two', 'curl two ', 'is “curl two ”, in English “curl two”'],
    ['another language', '```sh', '```bash', 'line 1 of block 1 is “```bash”'],
    ['blocks in another order', '```sh\ncurl one\ncurl two', '```json\n{}', 'line 1 of block 1'],
    ['a missing block', '```json\n{}\n```\n', '', 'block 2 is missing; copy it from docs/a.md:21'],
    ['one more block', '### 更多', '### 更多\n\n```json\n{}\n```', 'block 3 is not in docs/a.md'],
  ])('finds %s', (_what, from, to, problem) => {
    const problems = inChinese(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it.each([
    ['of another level', '### 更多', '## 更多', 'heading 3 is “## 更多”, in docs/a.md “### More”'],
    ['that is missing', '### 更多', '更多', 'heading 3 is missing, in docs/a.md “### More”'],
    ['that is new', '### 更多', '### 更多\n\n# 新', 'heading 4 is “# 新”, in docs/a.md missing'],
  ])('finds a heading %s', (_what, from, to, problem) => {
    const problems = inChinese(from, to);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it('finds a table with other rows, and a missing table', () => {
    expect(inChinese('| `age` | 30 |\n', '')).toEqual([
      'docs/zh/a.md:14: the table has 3 lines, in docs/a.md:14 4; translate the rows in order',
    ]);
    expect(inEnglish('### More', '### More\n\n| a |\n|---|')).toEqual([
      'docs/zh/a.md:19: “### 更多” has 0 tables, in docs/a.md 1; translate the tables',
    ]);
  });

  it('finds code and numbers of a row that are stale', () => {
    expect(inEnglish('| `age` | 30 |', '| `days` | 31 |')).toEqual([
      'docs/zh/a.md:17: this row lacks `days`, which docs/a.md has; translate it',
      'docs/zh/a.md:17: this row lacks 31, which docs/a.md has; translate it',
      'docs/zh/a.md:17: this row has `age`, which docs/a.md has not; remove it',
    ]);
  });

  it('finds code, numbers and links of a section that are stale', () => {
    const sentence = 'At most 9 of `/nine`, see [C](c.md).';
    expect(inEnglish('### More', `### More\n\n${sentence}`)).toEqual(
      ['`/nine`', '9', '<docs/c.md>'].map(
        (fact) => `docs/zh/a.md:19: “### 更多” lacks ${fact}, which docs/a.md has; translate it`,
      ),
    );
  });

  it('accepts more numbers, and words of the English section as code', () => {
    expect(inChinese('1000 条记录', '1000 条 `records`，分 2 次')).toEqual([]);
  });

  it.each([
    ['no file', '[另一页](b.md', '[另一页](d.md', ':5: d.md#一些-文字 leads to no file'],
    ['no heading', '#一些-文字', '#一些文字', 'docs/zh/b.md has no heading with this anchor'],
    ['an English page in vain', '](b.md#一些-文字', '](../b.md#some-words', 'link to b.md'],
  ])('finds a link to %s', (_what, from, to, problem) => {
    expect(inChinese(from, to).join('\n')).toContain(problem);
  });

  it('finds a link of the English page that leads nowhere', () => {
    expect(inEnglish('b.md#some-words', 'b.md#other-words').join('\n')).toContain(
      'docs/a.md:5: b.md#other-words: docs/b.md has no heading with this anchor',
    );
  });

  it('makes anchors as GitHub does', () => {
    const headings = '## A `code`, 中文（括号）_b\n\n## Same\n\n## Same\n';
    const links = '[a](#a-code-中文括号_b) [b](#same) [c](#same-1)\n';
    const page = (link: string) => `# B\n\n${link}\n\n${links}\n${headings}`;
    expect(
      problemsIn({
        ...withChange(PAIR.english, '#some-words', ''),
        [PAIR.chinese]: CHINESE.replace('#一些-文字', ''),
        [OTHER.english]: page('[中文](zh/b.md)'),
        [OTHER.chinese]: page('[English](../b.md)'),
      }),
    ).toEqual([]);
  });

  it('finds a page that does not link to the other language', () => {
    expect(inChinese('[English](../a.md)', '')).toContain(
      'docs/zh/a.md: no link to the other language; add [English](../a.md) below the title',
    );
    expect(inEnglish('[中文](zh/a.md)', '')).toContain(
      'docs/a.md: no link to the other language; add [中文](zh/a.md) below the title',
    );
  });

  it('finds a page without its translation', () => {
    const { [OTHER.chinese]: _, ...others } = PAGES;
    expect(problemsIn(others)).toEqual([
      'docs/zh/b.md is missing; docs/b.md and docs/zh/b.md belong together',
    ]);
  });
});
