import { describe, expect, it } from 'vitest';
import { COLLECTIONS } from '../../src/domain/collections/list.js';
import { NOTES } from './notes.js';

// The same histories as for the project's own collections: two instances that are killed, whose
// clocks jump and whose stores become unavailable. Here they also write notes.
import '../unit/application/two-instance-histories.test.js';
import '../unit/application/restart.test.js';
import '../integration/mysql/mysql-two-instance-histories.test.js';

describe('the list of collections of these histories', () => {
  it('includes the third collection', () => {
    expect(COLLECTIONS).toContain(NOTES);
  });
});
