import { describe, expect, it } from 'vitest';
import { COLLECTIONS } from '../../src/domain/collections/list.js';
import { NOTES } from './notes.js';

// The same suites as for the project's own collections; their list has one more collection here.
import '../contracts/memory.test.js';
import '../contracts/mysql.test.js';
import '../contracts/sqlite.test.js';

describe('the list of collections of these tests', () => {
  it('includes the third collection', () => {
    expect(COLLECTIONS).toContain(NOTES);
  });
});
