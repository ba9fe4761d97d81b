import { describe, expect, it } from 'vitest';
import { placesOfStores } from '../../../src/stores.js';
import { aWorkspace } from './workspace.js';

const { config } = aWorkspace();
const placeOf = (env: Readonly<Record<string, string>>) =>
  placesOfStores(config({ env: { DATABASE_USER: 'ps', DATABASE_DATABASE: 'games', ...env } }))
    .mysql;

describe('the place of the MySQL store', () => {
  it('is a host with its port', () => {
    expect(placeOf({ DATABASE_HOST: 'db.example', DATABASE_PORT: '3307' })).toBe(
      'mysql ps@db.example:3307/games',
    );
  });

  it('is each node of a cluster, with the port that it has when none is set', () => {
    expect(placeOf({ DATABASE_HOSTS: '["db-1","db-2:3307","[2001:db8::1]","[::1]:3308"]' })).toBe(
      'mysql ps@db-1:3306,db-2:3307,[2001:db8::1]:3306,[::1]:3308/games',
    );
  });

  it('is a socket', () => {
    expect(placeOf({ DATABASE_SOCKET: '/run/mysqld/mysqld.sock' })).toBe(
      'mysql ps@/run/mysqld/mysqld.sock/games',
    );
  });
});
