import { describe, expect, it } from 'vitest';
import { decodeEntry } from '../../../src/adapters/journal/file/segments/entry.js';
import { PAYLOAD } from '../../../src/adapters/journal/file/segments/frame.js';
import { SESSIONS, sessionWrite } from '../../support/records/writes.js';

describe('an entry of a journal of version 1.0.0', () => {
  it('has objects in its JSON fields, which are read as texts', () => {
    const write = sessionWrite('s-1', 1, { metadata: null });
    const fields = { ...write.fields, game_info: { b: [1, { c: '漢' }], a: {} } };
    const earlier = Buffer.from(JSON.stringify([{ ...write, fields }]));
    const entry = decodeEntry({
      sequence: 7,
      kind: PAYLOAD.writes,
      collection: SESSIONS.journalCode,
      payload: earlier,
      payloadBytes: earlier.length,
      payloadCrc: 0,
    });
    expect(entry.writes[0]?.fields).toEqual({
      ...write.fields,
      game_info: '{"b":[1,{"c":"漢"}],"a":{}}',
    });
  });
});
