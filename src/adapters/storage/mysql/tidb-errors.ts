import { again, later, type Meaning, record, split } from './meaning.js';

/**
 * The errors that only TiDB knows; no other server uses these numbers. It is a layer in front of the
 * nodes that store the rows, and each of its servers reaches all of them: another server of it does
 * not help.
 */
export const TIDB_ERRORS: Readonly<Record<number, Meaning>> = {
  8002: again('another transaction changed the same rows'),
  8005: again('another transaction changed the same rows'),
  8022: again('the server rolled the transaction back'),
  8028: again('a table was changed meanwhile'),
  8147: again('two transactions added the same row'),
  9007: again('another transaction changed the same rows'),

  8001: later('the statement needs more memory than the server allows'),
  8020: later('a table is locked'),
  8027: later('the server has not received the latest tables yet'),
  8120: later('the server could not begin a transaction: its PD servers may be down'),
  8175: later('the statement needs more memory than the server allows: raise tidb_mem_quota_query'),
  8176: later('the server is short of memory'),
  8229: later('the transaction took too long'),
  8252: later('the quota of the resource group is used up'),
  8253: later('the server stopped the statement as a runaway query'),
  8254: later('the server refuses the statement as a runaway query'),
  9001: later('the PD servers did not answer in time'),
  9002: later('the TiKV servers did not answer in time'),
  9003: later('the TiKV servers are busy'),
  9004: later('a lock was not resolved in time'),
  9005: later('a region is unavailable: a TiKV server may be down'),
  9006: later('the transaction took longer than tidb_gc_life_time'),
  9008: later('too many requests at a time: raise tidb_store_limit'),
  9010: later('the TiKV servers cannot write now'),

  8004: split('the transaction is too large: raise txn-total-size-limit'),
  9500: split('the transaction is too large: raise txn-total-size-limit'),
  8025: record('TOO_LARGE', 'the record is larger than txn-entry-size-limit of the server'),
};
