import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { causeOf } from '../../../src/domain/failure-cause.js';

describe('the cause of a failure', () => {
  it.each([
    ['Rate limit reached, retry in 12.5s', 'Rate limit reached, retry in <number>s'],
    ['HTTP 429: too many requests', 'HTTP <number>: too many requests'],
    ['request req_01HX9 timed out after 30000ms', 'request <id> timed out after <number>ms'],
    ['no key 3f1b8a52-8f6d-4b7c-9a55-5f0a5b8a7d11', 'no key <id>'],
    ['GET https://api.example.org/v1/chat?x=1 failed', 'GET <url> failed'],
    ['请求 https://api.example.org/v1，超时', '请求 <url>，超时'],
    ['请在12秒后重试', '请在<number>秒后重试'],
    ['模型“gpt-4o”不可用', '模型<quoted>不可用'],
    ['「剣」を翻訳できません', '<quoted>を翻訳できません'],
    ['cannot parse "a\nb" and `c`', 'cannot parse <quoted> and <quoted>'],
    ["the model can't answer: it isn't loaded", "the model can't answer: it isn't loaded"],
    ["unknown key 'sword' in answer", 'unknown key <quoted> in answer'],
    ['connect ECONNREFUSED 10.0.0.7:443', 'connect ECONNREFUSED <number>'],
    ['  two\n\tlines  ', 'two lines'],
    ['', ''],
    [null, ''],
  ])('of %j is %j', (message, cause) => {
    expect(causeOf(message)).toBe(cause);
  });

  it('is short, and never cut inside a character', () => {
    expect(causeOf('🗡'.repeat(100_000))).toBe('🗡'.repeat(150));
    expect(causeOf(`x${'🗡'.repeat(100_000)}`)).toBe(`x${'🗡'.repeat(149)}`);
  });

  it('does not contain what was taken out, and is the same for other numbers', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.string({ maxLength: 20 }), (one, other, text) => {
        const [a, b] = [one, other].map((number) => causeOf(`limit ${number} reached`));
        expect(a).toBe(b);
        expect(causeOf(text)).not.toMatch(/[0-9]/);
      }),
    );
  });

  it('takes time in proportion to its length, whatever the text is', () => {
    for (const part of ['"', "'", '`', '0a.', 'a://', '“', '1-', '_']) {
      expect(causeOf(part.repeat(1_000_000)).length).toBeLessThanOrEqual(300);
    }
  });
});
