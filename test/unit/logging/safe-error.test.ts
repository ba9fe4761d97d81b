import { describe, expect, it } from 'vitest';
import { safeError } from '../../../src/adapters/logging/safe-error.js';

const SECRET = 'the sword of a thousand truths';

describe('the logged form of an error', () => {
  it('has its type, code, errno, message and stack frames', () => {
    const error = Object.assign(new TypeError('no such file'), { code: 'ENOENT', errno: -2 });
    expect(safeError(error)).toMatchObject({
      type: 'TypeError',
      code: 'ENOENT',
      errno: -2,
      message: 'no such file',
    });
    expect(safeError(error).stack).toMatch(/^\s+at .*safe-error\.test/);
  });

  it('has the server that the error is about, if it names one', () => {
    const error = Object.assign(new Error('the connection was refused'), {
      where: 'app@db:3306/jobs',
    });
    expect(safeError(error)).toMatchObject({ where: 'app@db:3306/jobs' });
    expect(safeError(new Error('x'))).not.toHaveProperty('where');
  });

  it('has at most 300 characters of the message, in the stack too', () => {
    const { message, stack } = safeError(new Error(`long ${'x'.repeat(10_000)}`));
    expect(message).toHaveLength(301);
    expect(message.endsWith('…')).toBe(true);
    expect(stack).not.toContain('xxx');
  });

  it.each([
    ['mysql2', { sql: `insert ('${SECRET}')`, sqlMessage: SECRET, code: 'ER_X', errno: 1 }],
    ['Drizzle', { query: 'insert ?', params: [SECRET], code: 'ER_X', errno: 1 }],
    ['others', { parameters: [SECRET], code: 'ER_X', errno: 1 }],
  ])('of a failed statement has the code and no text (as from %s)', (_, properties) => {
    const error = Object.assign(
      new Error(`Data too long: ${SECRET}\n    at ${SECRET}`),
      properties,
    );
    const safe = safeError(error);
    expect(JSON.stringify(safe)).not.toContain(SECRET);
    expect(JSON.stringify(safe)).not.toContain('insert');
    expect(safe).toMatchObject({ code: 'ER_X', errno: 1, message: 'a statement failed' });
  });

  it('has no text of a failed query that has lost its properties', () => {
    const error = new Error(`Failed query: insert into t values (?)\nparams: ${SECRET}`);
    expect(JSON.stringify(safeError(error))).not.toMatch(/insert|sword/);
  });

  it('includes its causes, to a limited depth', () => {
    const inner = Object.assign(new Error(SECRET), { sql: SECRET, code: 'ER_INNER' });
    const outer = new Error('the store refused it', { cause: inner });
    const outermost = new Error('the flush failed', { cause: outer });
    expect(safeError(outermost).cause?.cause).toMatchObject({ code: 'ER_INNER' });
    expect(JSON.stringify(safeError(outermost))).not.toContain(SECRET);

    const circular = new Error('a circle');
    circular.cause = circular;
    expect(JSON.stringify(safeError(circular)).length).toBeLessThan(20_000);
  });

  it('has type and text of a thrown value that is not an error', () => {
    expect(safeError('just text')).toEqual({ type: 'string', message: 'just text' });
    expect(safeError(undefined)).toEqual({ type: 'undefined', message: 'undefined' });
    expect(safeError('x'.repeat(10_000)).message).toHaveLength(301);
  });
});
